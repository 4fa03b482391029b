#include "tools/trace/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "target/observers/instruction_trace.hpp"
#include "tools/common/stepping.hpp"
#include "tools/common/symbol_book.hpp"
#include "tools/trace/values.hpp"

namespace tools::trace {

using namespace target;

namespace {

using observers::InstructionTrace;
using json = nlohmann::ordered_json;

std::string hex_of(std::span<const std::byte> bytes, const char* separator) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{}{:02x}", text.empty() ? "" : separator, std::to_integer<unsigned>(byte));
  return text;
}

// A number as the processor reads it, or bytes where it is none.
std::string value_of(std::span<const std::byte> bytes) {
  if (bytes.empty()) return "unreadable";
  if (bytes.size() > sizeof(std::uint64_t)) return hex_of(bytes, " ");
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return fmt::format("{:#x}", value);
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Also where a conditional one goes on behind itself.
bool branches(const Instruction& instruction) {
  for (const auto* word : {"j", "call", "ret", "loop", "iret", "sys"})
    if (instruction.text.starts_with(word)) return true;
  return false;
}

struct Known {
  std::string module, symbol;
  std::uint64_t offset = 0, from_symbol = 0;
  bool wanted = true;
  std::uint64_t times = 0;
};

class Trace {
 public:
  Trace(const Options& options, Output& output) : options_(options), output_(output), progress_("instructions") {}

  // True: enough.
  bool see(Thread& thread, const InstructionTrace::Seen& seen) {
    auto& known = place(thread, seen.instruction.at);
    if (known.wanted) {
      ++count_;
      ++known.times;
      if (options_.summary)
        note_block(thread, seen);
      else
        show(thread, seen, known);
    }
    progress_.reached(count_);
    return done();
  }

  bool done() const { return count_ >= options_.limit || !output_.good(); }
  std::uint64_t count() const { return count_; }

  void summarize() {
    struct Row {
      std::uint64_t weight;
      std::string text;
      json object;
    };
    std::vector<Row> addresses, blocks;
    for (const auto& [key, known] : places_)
      if (known.times > 0) addresses.push_back({known.times, spot(key.second, known), {{"address", key.second.value}, {"times", known.times}, {"place", place_text(known)}}});
    for (const auto& [key, block] : blocks_)
      blocks.push_back({block.instructions, fmt::format("{}  {} times", spot(key.second, places_[key]), grouped(block.times)),
                        {{"address", key.second.value}, {"times", block.times}, {"instructions", block.instructions}, {"place", place_text(places_[key])}}});
    const auto print = [&](const char* type, const char* title, std::vector<Row>& rows) {
      std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.weight > b.weight; });
      constexpr std::size_t most = 20;
      if (rows.size() > most) rows.resize(most);
      if (!output_.json()) output_.line(output_.coloured(title, "1"));
      for (const auto& row : rows)
        if (output_.json())
          output_.object(type, row.object);
        else
          output_.line(fmt::format("{:>16} {:5.1f} %  {}", grouped(row.weight), 100.0 * static_cast<double>(row.weight) / static_cast<double>(std::max<std::uint64_t>(count_, 1)), row.text));
    };
    print("hot_address", "hottest addresses", addresses);
    print("hot_block", "hottest blocks, by the instructions executed in them", blocks);
  }

 private:
  using Key = std::pair<int, Address>;
  struct Block {
    std::uint64_t times = 0, instructions = 0;
  };
  struct OfThread {
    std::unique_ptr<Registers> registers;
    std::optional<Address> block;  // of the instruction that comes next, if that is in one
  };

  Known& place(Thread& thread, Address at) {
    const Key key{thread.id().pid.value, at};
    const auto found = places_.find(key);
    if (found != places_.end()) return found->second;
    const auto described = book_.at(thread.id().pid, at).describe(at);
    Known known{std::string(file_name(described.module)), symbols::demangled(described.symbol), described.offset, described.from_symbol, true, 0};
    known.wanted = (options_.module.empty() || known.module.starts_with(options_.module)) &&
                   (options_.function.empty() || known.symbol == options_.function || described.symbol == options_.function ||
                    known.symbol.starts_with(options_.function + "("));
    return places_.emplace(key, std::move(known)).first->second;
  }

  static std::string place_text(const Known& known) {
    std::string text = known.module.empty() ? "?" : fmt::format("{}+{:#x}", known.module, known.offset);
    if (!known.symbol.empty()) text += known.from_symbol == 0 ? fmt::format(" <{}>", known.symbol) : fmt::format(" <{}+{}>", known.symbol, known.from_symbol);
    return text;
  }
  static std::string spot(Address at, const Known& known) { return fmt::format("{:#014x}  {}", at.value, place_text(known)); }

  void note_block(Thread& thread, const InstructionTrace::Seen& seen) {
    auto& own = threads_[thread.id().tid];
    const auto at = seen.instruction.at;
    if (!own.block) {
      own.block = at;
      ++blocks_[{thread.id().pid.value, at}].times;
    }
    ++blocks_[{thread.id().pid.value, *own.block}].instructions;
    if (seen.next != at + seen.instruction.bytes.size() || branches(seen.instruction)) own.block.reset();
  }

  void show(Thread& thread, const InstructionTrace::Seen& seen, const Known& known) {
    auto& own = threads_[thread.id().tid];
    std::vector<Operand> operands;
    std::vector<Registers::Change> changes;
    if (options_.registers || options_.memory) {
      // Of the first instruction of a thread nobody has seen what was before it.
      if (own.registers && options_.memory) operands = trace::operands(thread, seen.instruction, *own.registers);
      if (!own.registers)
        own.registers = std::make_unique<Registers>(thread);
      else
        changes = own.registers->update(thread);
    }
    if (!options_.registers) changes.clear();
    output_.json() ? show_json(thread, seen, known, changes, operands) : show_text(thread, seen, known, changes, operands);
  }

  void show_text(const Thread& thread, const InstructionTrace::Seen& seen, const Known& known,
                 const std::vector<Registers::Change>& changes, const std::vector<Operand>& operands) {
    const auto& instruction = seen.instruction;
    std::string line = fmt::format("{:>7} {:#014x}  {:<44}  {:<30} {}", thread.id().tid.value, instruction.at.value, place_text(known),
                                   hex_of(instruction.bytes, " "), output_.coloured(instruction.text, "1"));
    std::string values;
    for (const auto& change : changes) values += fmt::format("  {}={:#x}", change.name, change.value);
    for (const auto& operand : operands) values += fmt::format("  [{:#x}]={}", operand.at.value, value_of(operand.bytes));
    if (seen.new_code) values += "  (new code)";
    if (!values.empty()) line += "   #" + output_.coloured(values, "36");
    output_.line(line);
  }

  void show_json(const Thread& thread, const InstructionTrace::Seen& seen, const Known& known,
                 const std::vector<Registers::Change>& changes, const std::vector<Operand>& operands) {
    const auto& instruction = seen.instruction;
    json object{{"pid", thread.id().pid.value}, {"tid", thread.id().tid.value}, {"address", instruction.at.value}, {"module", known.module},
                {"offset", known.offset}, {"symbol", known.symbol}, {"from_symbol", known.from_symbol},
                {"bytes", hex_of(instruction.bytes, "")}, {"text", instruction.text}};
    if (seen.new_code) object["new_code"] = true;
    if (options_.registers) {
      object["registers"] = json::object();
      for (const auto& change : changes) object["registers"][std::string(change.name)] = change.value;
    }
    if (options_.memory) {
      object["memory"] = json::array();
      for (const auto& operand : operands) object["memory"].push_back({{"address", operand.at.value}, {"bytes", hex_of(operand.bytes, "")}});
    }
    output_.object("instruction", std::move(object));
  }

  struct HashOfKey {
    std::size_t operator()(const Key& key) const { return std::hash<Address>{}(key.second) * 31 + static_cast<std::size_t>(key.first); }
  };

  const Options& options_;
  Output& output_;
  Progress progress_;
  SymbolBook book_;
  std::unordered_map<Key, Known, HashOfKey> places_;
  std::unordered_map<Key, Block, HashOfKey> blocks_;
  std::unordered_map<Tid, OfThread> threads_;
  std::uint64_t count_ = 0;
};

}  // namespace

Result<int> run(const Options& options) {
  auto debuggee = Debuggee::open(options.subject);
  if (!debuggee) return tl::unexpected(debuggee.error());
  const auto stretch = find_stretch(**debuggee, options.from, options.to);
  if (!stretch) return tl::unexpected(stretch.error());
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());

  Trace trace(options, *output);
  const bool ends_at_to = stretch->from && stretch->to;
  InstructionTrace observer(options.intel ? Syntax::Intel : Syntax::Att,
                            [&](Thread& thread, const InstructionTrace::Seen& seen) { return trace.see(thread, seen); });
  Stepping stepping(**debuggee, observer, *stretch);
  stepping.run([&] { return trace.done() || (!ends_at_to && stepping.passes() > 0); });
  if (options.summary) trace.summarize();
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return (*debuggee)->finish();
}

}  // namespace tools::trace
