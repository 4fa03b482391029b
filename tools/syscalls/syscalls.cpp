#include "tools/syscalls/syscalls.hpp"

#include "target/process.hpp"
#include "tools/common/interruption.hpp"
#include "tools/syscalls/log.hpp"

namespace tools::syscalls {

using namespace target;

namespace {

/// A launched program that is followed wherever it goes can be given a filter, so that only wanted calls cost anything.
bool can_be_filtered(const Options& options, const Selection& selection) {
  return !options.subject.command.empty() && options.subject.follow && !selection.everything();
}

void watch(Debuggee& debuggee, Log& log, const Output& output) {
  for (const auto& [pid, process] : debuggee.inferiors().processes()) process->syscalls = SyscallFilter::all();
  debuggee.inferiors().set_observer(&log);
  debuggee.when_idle([&log] { log.show_waiting(); });
  std::optional<StopEvent> event;
  while ((event = debuggee.run(Debuggee::everyone({}, event)))) {
    if (ends_process(event->cause)) log.process_ended(*event);
    if (!output.good()) debuggee.end_soon();
  }
  log.close();
}

}  // namespace

Result<int> run(const Options& options) {
  const auto selection = Selection::parse(options.only);
  if (!selection) return tl::unexpected(selection.error());
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());
  auto subject = options.subject;
  if (can_be_filtered(options, *selection)) subject.stops_at_calls = selection->names();
  auto debuggee = Debuggee::open(subject);
  if (!debuggee) return tl::unexpected(debuggee.error());
  Log log(*output, *selection, options.longest_text, options.summary);
  if (!subject.command.empty()) log.in_exec(*(*debuggee)->program()->leader(), subject.command);
  watch(**debuggee, log, *output);
  const int status = (*debuggee)->finish();
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return status;
}

}  // namespace tools::syscalls
