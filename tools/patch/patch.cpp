#include "tools/patch/patch.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "target/disassembly.hpp"
#include "tools/common/places.hpp"
#include "tools/patch/edit.hpp"

namespace tools::patch {

using namespace target;

namespace {

std::pair<std::string, std::string> halves(const std::string& text, char mark) {
  const auto at = text.rfind(mark);
  return at == std::string::npos ? std::pair{text, std::string()} : std::pair{text.substr(0, at), text.substr(at + 1)};
}

tl::unexpected<Error> needs(const char* option, const std::string& text, const char* form) {
  return failure(EINVAL, fmt::format("{} \"{}\": write it as {}", option, text, form));
}

// All are worked out before the first is written: a mistake leaves the program as it was.
class Plan {
 public:
  Plan(Process& process, symbols::Symbols& symbols) : process_(process), symbols_(symbols) {}

  Result<void> add(const Edits& wanted) {
    for (const auto& text : wanted.writes)
      if (auto added = write(text); !added) return added;
    for (const auto& text : wanted.nops)
      if (auto added = nop(text); !added) return added;
    for (const auto& text : wanted.jumps)
      if (auto added = jump(text, wanted.force); !added) return added;
    return {};
  }
  const std::vector<Edit>& edits() const { return edits_; }

 private:
  Result<Address> place(const std::string& text) {
    const auto found = find_place(symbols_, text);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return failure(EINVAL, "a location is missing");
    return **found;
  }

  Result<void> write(const std::string& text) {
    const auto [where, what] = halves(text, '=');
    if (what.empty()) return needs("--write", text, "LOCATION=BYTES");
    const auto at = place(where);
    if (!at) return tl::unexpected(at.error());
    auto bytes = parse_bytes(what);
    if (!bytes) return tl::unexpected(bytes.error());
    return keep(Edit{*at, std::move(*bytes)});
  }

  Result<void> nop(const std::string& text) {
    auto [where, count_text] = halves(text, ',');
    std::size_t count = 1;
    const auto [end, error] = std::from_chars(count_text.data(), count_text.data() + count_text.size(), count);
    if (!count_text.empty() && (error != std::errc{} || end != count_text.data() + count_text.size() || count == 0 || count > 1000))
      return needs("--nop", text, "LOCATION or LOCATION,COUNT with a count from 1 to 1000");
    const auto at = place(where);
    if (!at) return tl::unexpected(at.error());
    return keep(patch::nops(process_, *at, count));
  }

  Result<void> jump(const std::string& text, bool force) {
    const auto [from, to] = halves(text, '=');
    if (to.empty()) return needs("--jump", text, "FROM=TO");
    const auto begin = place(from), end = place(to);
    if (!begin) return tl::unexpected(begin.error());
    if (!end) return tl::unexpected(end.error());
    return keep(patch::jump(process_, *begin, *end, force));
  }

  Result<void> keep(Result<Edit> edit) {
    if (!edit) return tl::unexpected(edit.error());
    edits_.push_back(std::move(*edit));
    return {};
  }

  Process& process_;
  symbols::Symbols& symbols_;
  std::vector<Edit> edits_;
};

std::vector<std::string> listing(Process& process, symbols::Symbols& symbols, const Edit& edit) {
  std::vector<std::string> lines;
  const auto there = disassemble(process, edit.at, edit.bytes.size());
  for (const auto& instruction : there.value_or(std::vector<Instruction>())) {
    if (instruction.at >= edit.at + edit.bytes.size()) break;
    std::string bytes;
    for (const auto byte : instruction.bytes) bytes += fmt::format("{:02x} ", std::to_integer<unsigned>(byte));
    lines.push_back(fmt::format("{:#014x}  {:<32}  {:<32}{}", instruction.at.value, symbols.text(instruction.at), bytes, instruction.text));
  }
  return lines;
}

Result<void> apply(Process& process, symbols::Symbols& symbols, const std::vector<Edit>& edits, Output& output) {
  for (const auto& edit : edits) {
    const auto before = listing(process, symbols, edit);
    if (auto applied = apply(process, edit); !applied) return applied;
    const auto after = listing(process, symbols, edit);
    if (output.json()) {
      output.object("patch", {{"pid", process.pid().value}, {"address", edit.at.value}, {"before", before}, {"after", after}});
      continue;
    }
    for (const auto& line : before) output.line(output.coloured("- " + line, "31"));
    for (const auto& line : after) output.line(output.coloured("+ " + line, "32"));
  }
  return {};
}

// False if the program ended before it came there.
Result<bool> run_to(Debuggee& debuggee, Address at) {
  auto& breakpoints = debuggee.program()->space().breakpoints();
  if (auto planted = breakpoints.insert(at); !planted) return tl::unexpected(planted.error());
  std::optional<StopEvent> event;
  do {
    event = debuggee.run(Debuggee::everyone({}, event));
  } while (event && !std::holds_alternative<SoftwareBreakpointHit>(event->cause) && debuggee.program() != nullptr);
  if (debuggee.program() == nullptr || !event) return false;
  breakpoints.remove(at);
  return true;
}

}  // namespace

Result<void> patch(Process& process, const Edits& edits, Output& output) {
  symbols::Symbols symbols(process.pid());
  Plan plan(process, symbols);
  if (auto added = plan.add(edits); !added) return added;
  return apply(process, symbols, plan.edits(), output);
}

Result<int> run(const Options& options) {
  if (options.edits.writes.empty() && options.edits.nops.empty() && options.edits.jumps.empty())
    return failure(EINVAL, "nothing to patch; say --write, --nop or --jump");
  auto opened = Debuggee::open(options.subject);
  if (!opened) return tl::unexpected(opened.error());
  auto& debuggee = **opened;
  if (!options.subject.command.empty())
    if (auto ran = run_to_entry(debuggee); !ran) return tl::unexpected(ran.error());
  symbols::Symbols symbols(debuggee.program()->pid());
  Plan plan(*debuggee.program(), symbols);
  if (auto added = plan.add(options.edits); !added) return tl::unexpected(added.error());
  const auto when = find_place(symbols, options.when);
  if (!when) return tl::unexpected(when.error());
  if (*when) {
    const auto came = run_to(debuggee, **when);
    if (!came) return tl::unexpected(came.error());
    if (!*came) return failure(ENOENT, "the program ended before it came to " + options.when + "; nothing was patched");
  }
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());
  if (auto applied = apply(*debuggee.program(), symbols, plan.edits(), *output); !applied) return tl::unexpected(applied.error());
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return debuggee.finish();
}

}  // namespace tools::patch
