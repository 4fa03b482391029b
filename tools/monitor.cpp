#include "tools/monitor.hpp"

#include "tools/common/output.hpp"
#include "tools/crashes/report.hpp"
#include "tools/listing/listing.hpp"
#include "tools/patch/patch.hpp"

namespace tools {

using namespace target;

namespace {

Result<std::string> report(Process&, Thread& thread, std::string_view) {
  const auto* stop = thread.reported ? std::get_if<SignalStop>(&*thread.reported) : nullptr;
  return Output::text_of([&](Output& output) -> Result<void> {
    crashes::report(output, thread, stop != nullptr ? std::optional(stop->signal) : std::nullopt, {});
    return {};
  });
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    if (space != 0) words.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

template <std::vector<std::string> patch::Edits::*kind>
Result<std::string> edit(Process& process, Thread&, std::string_view argument) {
  patch::Edits edits;
  edits.*kind = words_of(argument);
  edits.force = std::erase(edits.*kind, "force") > 0;
  if ((edits.*kind).empty()) return failure(EINVAL, "say where; monitor help shows how");
  return Output::text_of([&](Output& output) { return patch::patch(process, edits, output); });
}

Result<std::string> processes(Process&, Thread&, std::string_view) {
  return Output::text_of([](Output& output) { return listing::processes(output); });
}

}  // namespace

std::vector<MonitorTool> monitor_tools() {
  return {{"report", "", "Registers, code, the backtrace of every thread and what is mapped, with the server's own symbols", report},
          {"patch nop", "<location>[,<count>]", "No operation in place of whole instructions", edit<&patch::Edits::nops>},
          {"patch jump", "<from>=<to> [force]", "The shortest jump that reaches, in place of an instruction", edit<&patch::Edits::jumps>},
          {"patch write", "<location>=<bytes>", "These bytes over the code", edit<&patch::Edits::writes>},
          {"ps", "", "The processes that are there, and which cannot be attached to for what reason", processes}};
}

}  // namespace tools
