#include "tools/crashes/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "target/disassembly.hpp"
#include "target/process_info.hpp"
#include "target/signal_words.hpp"

namespace tools::crashes {

using namespace target;
using json = nlohmann::ordered_json;

namespace {

std::uint64_t value_of(Thread& thread, const RegisterSpec& spec) {
  std::uint64_t value = 0;
  (void)thread.registers().read(spec, std::as_writable_bytes(std::span(&value, 1)).first(spec.bytes()));
  return value;
}

std::vector<std::pair<std::string_view, std::uint64_t>> registers_of(Thread& thread) {
  std::vector<std::pair<std::string_view, std::uint64_t>> registers;
  for (const auto& spec : thread.registers().layout().registers)
    if (spec.home == RegisterHome::General && spec.bits <= 64) registers.emplace_back(spec.name, value_of(thread, spec));
  return registers;
}

struct Line {
  Instruction instruction;
  bool current;
};

// Instructions can only be read forwards: those before the pc from where the function begins, if that is not far.
std::vector<Line> code_around(Process& process, symbols::Symbols& symbols, Address pc) {
  constexpr std::uint64_t far = 4096;
  constexpr std::size_t before = 5, after = 5;
  std::vector<Line> lines;
  const auto place = symbols.describe(pc);
  if (!place.symbol.empty() && place.from_symbol < far) {
    const auto from_start = disassemble(process, pc - place.from_symbol, place.from_symbol).value_or(std::vector<Instruction>());
    for (const auto& instruction : from_start)
      if (instruction.at < pc) lines.push_back({instruction, false});
    if (lines.size() > before) lines.erase(lines.begin(), lines.end() - before);
    if (!lines.empty() && lines.back().instruction.at + lines.back().instruction.bytes.size() != pc) lines.clear();
  }
  for (const auto& instruction : disassemble(process, pc, after + 1).value_or(std::vector<Instruction>()))
    lines.push_back({instruction, instruction.at == pc});
  return lines;
}

std::string hex_bytes(const Instruction& instruction) {
  std::string text;
  for (const auto byte : instruction.bytes) text += fmt::format("{:02x} ", std::to_integer<unsigned>(byte));
  return text;
}

json frame_json(symbols::Symbols& symbols, const symbols::Frame& frame) {
  const auto place = symbols.describe(frame.inside);
  json functions = json::array();
  for (const auto& function : symbols.functions(frame.inside))
    functions.push_back({{"name", function.name}, {"file", function.line.file}, {"line", function.line.number}});
  return {{"pc", frame.pc.value}, {"module", place.module}, {"offset", place.offset}, {"functions", std::move(functions)}};
}

class Report {
 public:
  Report(Output& output, Thread& thread, std::optional<Signal> signal, const ReportOptions& options)
      : output_(output), thread_(thread), process_(thread.process()), signal_(signal), options_(options), symbols_(process_.pid()) {}

  void as_text() {
    headline();
    title("registers");
    for (const auto& [name, value] : registers_of(thread_)) registers_line(name, value);
    output_.line("");
    code();
    backtrace_of(thread_, true);
    for (const auto& [tid, other] : process_.threads())
      if (other.get() != &thread_) backtrace_of(*other, false);
    if (options_.maps) maps();
    if (options_.environment) environment();
  }

  void as_json() {
    json crash{{"pid", process_.pid().value}, {"tid", thread_.id().tid.value}, {"program", process_.executable().value_or("")},
               {"signal", name_of(*signal_)}, {"number", signal_->number}, {"description", description()}};
    for (const auto& [name, value] : registers_of(thread_)) crash["registers"][std::string(name)] = value;
    for (const auto& line : code_around(process_, symbols_, pc()))
      crash["code"].push_back({{"address", line.instruction.at.value}, {"text", line.instruction.text}, {"current", line.current}});
    for (const auto& [tid, thread] : process_.threads()) crash["threads"].push_back(thread_json(*thread));
    if (options_.maps)
      for (const auto& mapping : mappings_of(process_.pid()).value_or(std::vector<Mapping>()))
        crash["mappings"].push_back({{"begin", mapping.range.begin.value}, {"end", mapping.range.end.value}, {"path", mapping.path}});
    if (options_.environment) crash["environment"] = environment_of();
    output_.object("crash", std::move(crash));
  }

 private:
  Address pc() { return thread_.registers().pc().value_or(Address{}); }
  void title(std::string_view text) { output_.line("\n" + output_.coloured(text, "1")); }

  std::string description() {
    const auto info = thread_.siginfo();
    return signal_ && info ? describe_fault(*signal_, *info) : std::string();
  }

  void headline() {
    const auto words = description();
    const auto name = thread_summary(thread_.id()).name;
    auto line = fmt::format("{} (process {})", process_.executable().value_or("?"), process_.pid().value);
    if (signal_) line += ": " + name_of(*signal_) + (words.empty() ? "" : ": ") + words;
    output_.line(output_.coloured(line, "1;31"));
    output_.line(fmt::format("in thread {} ({}) at {}", thread_.id().tid.value, name, symbols_.text(pc())));
  }

  void registers_line(std::string_view name, std::uint64_t value) {
    column_ = (column_ + 1) % 3;
    output_.write(fmt::format("{:>9} {:#018x}{}", name, value, column_ == 0 ? "\n" : ""));
  }

  void code() {
    title("code");
    const auto lines = code_around(process_, symbols_, pc());
    if (lines.empty()) output_.line("   nothing can be read where the program counter is");
    for (const auto& line : lines) {
      const auto text = fmt::format("{} {:#014x}  {:<30}  {:<28} {}", line.current ? "=>" : "  ", line.instruction.at.value,
                                    symbols_.text(line.instruction.at), hex_bytes(line.instruction), line.instruction.text);
      output_.line(line.current ? output_.coloured(text, "1") : text);
    }
  }

  void backtrace_of(Thread& thread, bool crashed) {
    title(fmt::format("thread {} ({}){}", thread.id().tid.value, thread_summary(thread.id()).name, crashed && signal_ ? ", which got the signal" : ""));
    if (!thread.stopped()) return output_.line("   it has exited");
    const auto trace = symbols::backtrace(thread, symbols_, options_.frames);
    std::size_t number = 0;
    for (const auto& frame : trace.frames) {
      const auto functions = symbols_.functions(frame.inside);
      const auto module = symbols_.describe(frame.inside).module;
      if (functions.empty()) output_.line(fmt::format("#{:<3} {:#014x} {}", number++, frame.pc.value, symbols_.text(frame.inside)));
      for (const auto& function : functions) {
        const auto where = function.line.number == 0 ? fmt::format("from {}", module) : fmt::format("at {}:{}", function.line.file, function.line.number);
        output_.line(fmt::format("#{:<3} {:#014x} {} {}", number++, frame.pc.value, output_.coloured(function.name, "33"), where));
      }
    }
    if (!trace.ends.empty()) output_.line("     (" + trace.ends + ")");
  }

  json thread_json(Thread& thread) {
    json object{{"tid", thread.id().tid.value}, {"name", thread_summary(thread.id()).name}, {"frames", json::array()}};
    if (!thread.stopped()) return object;
    const auto trace = symbols::backtrace(thread, symbols_, options_.frames);
    for (const auto& frame : trace.frames) object["frames"].push_back(frame_json(symbols_, frame));
    object["ends"] = trace.ends;
    return object;
  }

  void maps() {
    title("memory");
    for (const auto& mapping : mappings_of(process_.pid()).value_or(std::vector<Mapping>()))
      output_.line(fmt::format("{:#014x} {:#014x} {}{}{} {}", mapping.range.begin.value, mapping.range.end.value, mapping.readable ? 'r' : '-',
                               mapping.writable ? 'w' : '-', mapping.executable ? 'x' : '-', mapping.path));
  }

  std::vector<std::string> environment_of() {
    std::vector<std::string> variables;
    std::string all;
    if (std::FILE* file = std::fopen(fmt::format("/proc/{}/environ", process_.pid().value).c_str(), "re")) {
      char piece[4096];
      for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, file)) > 0;) all.append(piece, got);
      std::fclose(file);
    }
    for (std::size_t at = 0; at < all.size(); at += std::strlen(all.c_str() + at) + 1) variables.emplace_back(all.c_str() + at);
    return variables;
  }

  void environment() {
    title("environment");
    for (const auto& variable : environment_of()) output_.line(variable);
  }

  Output& output_;
  Thread& thread_;
  Process& process_;
  std::optional<Signal> signal_;
  const ReportOptions& options_;
  symbols::Symbols symbols_;
  int column_ = 0;
};

}  // namespace

std::string name_of(Signal signal) {
  const char* name = sigabbrev_np(signal.number);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal.number);
}

void report(Output& output, Thread& thread, std::optional<Signal> signal, const ReportOptions& options) {
  Report report(output, thread, signal, options);
  output.json() && signal ? report.as_json() : report.as_text();
}

}  // namespace tools::crashes
