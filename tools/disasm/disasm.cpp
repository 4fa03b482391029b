#include "tools/disasm/disasm.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "target/disassembly.hpp"
#include "tools/disasm/place.hpp"

namespace tools::disasm {

using namespace target;
using symbols::Symbols;

namespace {

std::string hex_of(const std::vector<std::byte>& bytes, const char* separator) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{}{:02x}", text.empty() ? "" : separator, std::to_integer<unsigned>(byte));
  return text;
}

// Of a jump or call that names it.
std::optional<Address> destination(const Instruction& instruction) {
  const auto space = instruction.text.rfind(' ');
  const bool branches = instruction.text.starts_with('j') || instruction.text.starts_with("call") || instruction.text.starts_with("loop");
  if (space == std::string::npos || !branches) return std::nullopt;
  const auto operand = std::string_view(instruction.text).substr(space + 1);
  if (!operand.starts_with("0x")) return std::nullopt;
  Address to;
  const auto [end, error] = std::from_chars(operand.data() + 2, operand.data() + operand.size(), to.value, 16);
  return error == std::errc{} && end == operand.data() + operand.size() ? std::optional(to) : std::nullopt;
}

class Listing {
 public:
  Listing(Source& source, const Options& options, Output& output)
      : source_(source), symbols_(source.symbols()), output_(output), syntax_(options.intel ? Syntax::Intel : Syntax::Att) {}

  Result<void> show(const Stretch& stretch) {
    // Of a line, the code that begins within what has been shown is part of it.
    if (begun_ && stretch.begin < reached_) return {};
    if (std::exchange(begun_, true) && !output_.json()) output_.line("");
    last_line_ = {};
    std::size_t shown = 0;
    for (Address at = stretch.begin; shown < stretch.count && !(stretch.end && at >= *stretch.end);) {
      const auto piece = instructions_at(at);
      if (!piece && shown > 0) break;
      if (!piece) return failure(piece.error().code, fmt::format("cannot read the code at {}: {}", symbols_.text(at), piece.error().message));
      for (const auto& instruction : *piece) {
        const bool ends = stretch.end && instruction.at >= *stretch.end;
        // A line may have no instruction of its own: then the one that it shares is shown.
        if (ends || shown == stretch.count || (shown > 0 && leaves_line(stretch, instruction.at))) return {};
        show(instruction);
        ++shown;
        at = reached_ = instruction.at + instruction.bytes.size();
      }
      if (piece->empty() || !output_.good()) break;
    }
    return {};
  }

 private:
  Result<std::vector<Instruction>> instructions_at(Address at) {
    constexpr std::size_t at_once = 16384;
    std::vector<std::byte> code(at_once);
    const auto got = source_.read(at, code);
    if (!got) return tl::unexpected(got.error());
    code.resize(*got);
    return disassemble(code, at, at_once, symbols_.is_64_bit(), syntax_);
  }

  bool leaves_line(const Stretch& stretch, Address at) { return stretch.line != 0 && symbols_.line(at).number != stretch.line; }

  void show(const Instruction& instruction) {
    const auto line = symbols_.line(instruction.at);
    const auto to = destination(instruction);
    output_.json() ? show_json(instruction, line, to) : show_text(instruction, line, to);
  }

  void show_text(const Instruction& instruction, const symbols::Line& line, std::optional<Address> to) {
    std::string notes;
    if (to) notes = fmt::format("   # {}", symbols_.text(*to));
    const bool new_line = line.number != 0 && (line.number != last_line_.number || line.file != last_line_.file);
    if (new_line) notes += fmt::format("   ; {}:{}", line.file.substr(line.file.rfind('/') + 1), line.number);
    last_line_ = line;
    output_.line(fmt::format("{:#014x}  {:<32}  {:<30} {}{}", instruction.at.value, symbols_.text(instruction.at), hex_of(instruction.bytes, " "),
                             output_.coloured(instruction.text, "1"), output_.coloured(notes, "36")));
  }

  void show_json(const Instruction& instruction, const symbols::Line& line, std::optional<Address> to) {
    const auto place = symbols_.describe(instruction.at);
    nlohmann::ordered_json object{{"address", instruction.at.value}, {"module", place.module}, {"offset", place.offset},
                                  {"symbol", symbols::demangled(place.symbol)}, {"from_symbol", place.from_symbol},
                                  {"bytes", hex_of(instruction.bytes, "")}, {"text", instruction.text}};
    if (to) object["to"] = symbols_.text(*to);
    if (line.number != 0) {
      object["file"] = line.file;
      object["line"] = line.number;
    }
    output_.object("instruction", std::move(object));
  }

  Source& source_;
  Symbols& symbols_;
  Output& output_;
  Syntax syntax_;
  symbols::Line last_line_;
  Address reached_;
  bool begun_ = false;
};

}  // namespace

Result<int> run(const Options& options) {
  auto source = Source::open(options);
  if (!source) return tl::unexpected(source.error());
  const auto stretches = find_stretches(source->symbols(), options);
  if (!stretches) return tl::unexpected(stretches.error());
  auto output = Output::open(options.output, stdout);
  if (!output) return tl::unexpected(output.error());
  Listing listing(*source, options, *output);
  for (const auto& stretch : *stretches)
    if (auto shown = listing.show(stretch); !shown) return tl::unexpected(shown.error());
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return 0;
}

}  // namespace tools::disasm
