#include "target/linux/launch.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "target/linux/file_descriptor.hpp"
#include "target/linux/ptrace.hpp"
#include "target/linux/seccomp_filter.hpp"

namespace target::linux {
namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_failure("open a pipe");
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// What the child tells about itself before the exec closes the pipe.
struct ChildReport {
  enum class What : int { StillRandomized, NoStream, NoDirectory, NoFilter, NoExec } what;
  int code;
  int stream;
};

void report(int pipe, ChildReport::What what, int stream = -1) {
  const ChildReport message{what, errno, stream};
  [[maybe_unused]] const auto sent = write(pipe, &message, sizeof message);
}

// Handlers end with the exec; what is ignored stays so, and these three we ignore for ourselves only. Anything
// else that is ignored was so before us (nohup), and is the program's to inherit.
void restore_signals(const ChildEvents& events) {
  for (const int ours : {SIGPIPE, SIGTTOU, SIGTTIN}) signal(ours, SIG_DFL);
  events.restore_mask();
}

const std::string& file_of(const Stdio& stdio, int stream) {
  return stream == STDIN_FILENO ? stdio.in : stream == STDOUT_FILENO ? stdio.out : stdio.err;
}

void replace(int stream, int with) {
  dup2(with, stream);
  if (with > STDERR_FILENO) close(with);
}

// A named pipe that nobody has open at its other end must not keep us waiting, hence O_NONBLOCK; the program is not
// to find it set.
bool open_stream(int stream, const std::string& path) {
  const int direction = stream == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
  const int opened = open(path.c_str(), direction | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0666);
  if (opened < 0) return false;
  fcntl(opened, F_SETFL, fcntl(opened, F_GETFL) & ~O_NONBLOCK);
  if (opened == stream)
    fcntl(opened, F_SETFD, 0);
  else
    replace(stream, opened);
  return true;
}

// The stream that could not be opened, or none.
std::optional<int> redirect(const Stdio& stdio) {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const auto& path = file_of(stdio, stream);
    // Opened twice, each would write over what the other has written.
    if (stream == STDERR_FILENO && !path.empty() && path == stdio.out)
      dup2(STDOUT_FILENO, STDERR_FILENO);
    else if (!path.empty() && !open_stream(stream, path))
      return stream;
  }
  return std::nullopt;
}

void redirect_for_stdio_connection() {
  const int null = open("/dev/null", O_RDONLY);
  if (null >= 0) dup2(null, STDIN_FILENO);
  if (null > STDERR_FILENO) close(null);
  dup2(STDERR_FILENO, STDOUT_FILENO);
}

void take_terminal() {
  // The server ignores SIGTTOU, so the child may put its own group into the foreground.
  setpgid(0, 0);
  if (isatty(STDIN_FILENO)) tcsetpgrp(STDIN_FILENO, getpid());
}

// The terminal does not become the session's: its end, or the leader's, would be a SIGHUP for whoever is left, a child of
// the program too.
void begin_session(const std::optional<PseudoTerminal>& terminal) {
  setsid();
  if (!terminal) return;
  const int end = terminal->programs.get();
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(end, stream);
}

std::optional<int> set_up_streams(const Stdio& stdio, const std::optional<PseudoTerminal>& terminal) {
  if (stdio.own_terminal)
    begin_session(terminal);
  else if (!stdio.same_group)
    take_terminal();
  if (stdio.ours_are_taken && !terminal) redirect_for_stdio_connection();
  return redirect(stdio);
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& text : strings) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::vector<std::string> command_of(const LaunchSpec& spec) {
  auto words = spec.wrapper;
  words.push_back(spec.program);
  if (spec.shell.empty()) {
    words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
    return words;
  }
  std::string line = "exec";
  for (const auto& word : words) line += " " + quoted(word);
  for (const auto& argument : spec.arguments) line += " " + (spec.shell_expands ? argument : quoted(argument));
  return {spec.shell, "-c", line};
}

using Filter = std::optional<SeccompFilter>;

[[noreturn]] void become(const LaunchSpec& spec, const Filter& filter, const std::optional<PseudoTerminal>& terminal,
                         const ChildEvents& events, int go, int reports) {
  using What = ChildReport::What;
  char seized = 0;
  ssize_t told = 0;
  do {
    told = read(go, &seized, 1);
  } while (told < 0 && errno == EINTR);
  if (told != 1) _exit(127);  // the server died before it could seize us
  if (const auto failed = set_up_streams(spec.stdio, terminal)) {
    report(reports, What::NoStream, *failed);
    _exit(127);
  }
  restore_signals(events);
  if (spec.disable_randomization) {
    const int now = personality(0xffffffff);
    if (now < 0 || personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) < 0)
      report(reports, What::StillRandomized);
  }
  if (!spec.working_directory.empty() && chdir(spec.working_directory.c_str()) != 0) {
    report(reports, What::NoDirectory);
    _exit(127);
  }
  auto arguments = command_of(spec);
  auto environment = spec.environment;
  if (const int failed = filter ? filter->load() : 0; failed != 0) {
    errno = failed;
    report(reports, What::NoFilter);
    _exit(127);
  }
  execvpe(arguments.front().c_str(), pointers(arguments).data(), pointers(environment).data());
  report(reports, What::NoExec);
  _exit(127);
}

struct Outcome {
  bool still_randomized = false;
  std::optional<Error> error;
};

// What the first exec is for.
const std::string& first_program(const LaunchSpec& spec) {
  if (!spec.shell.empty()) return spec.shell;
  return spec.wrapper.empty() ? spec.program : spec.wrapper.front();
}

Outcome read_reports(int pipe, const LaunchSpec& spec) {
  Outcome outcome;
  ChildReport message{};
  while (read(pipe, &message, sizeof message) == sizeof message) {
    switch (message.what) {
      case ChildReport::What::StillRandomized:
        outcome.still_randomized = true;
        break;
      case ChildReport::What::NoStream:
        outcome.error = Error{message.code, "Cannot open " + file_of(spec.stdio, message.stream) +
                                                " for the program: " + describe_errno(message.code)};
        break;
      case ChildReport::What::NoDirectory:
        outcome.error = Error{message.code, "Cannot enter " + spec.working_directory + ": " +
                                                describe_errno(message.code)};
        break;
      case ChildReport::What::NoFilter:
        outcome.error = Error{message.code, "Cannot put a seccomp filter before the program: " + describe_errno(message.code)};
        break;
      case ChildReport::What::NoExec:
        outcome.error =
            Error{message.code, "Cannot exec " + first_program(spec) + ": execve failed: " + describe_errno(message.code)};
        break;
    }
  }
  return outcome;
}

void reap(pid_t child, ChildEvents& events) {
  kill(child, SIGKILL);
  while (const auto event = events.wait(Tid{child}))
    if (event->kind != ChildEvent::Kind::Stopped) return;
}

bool wait_for_execs(pid_t child, int count, ChildEvents& events) {
  while (const auto event = events.wait(Tid{child})) {
    if (event->kind != ChildEvent::Kind::Stopped) return false;
    if (event->event == PtraceEvent::Exec && --count == 0) return true;
    if (!resume(Tid{child}, event->event == PtraceEvent::None ? event->signal : Signal{})) return false;
  }
  return false;
}

}  // namespace

Result<Launched> launch(const LaunchSpec& spec, ChildEvents& events) {
  auto go = make_pipe();
  if (!go) return tl::unexpected(go.error());
  auto reports = make_pipe();
  if (!reports) return tl::unexpected(reports.error());

  Filter filter;
  if (!spec.stops_at_calls.empty()) {
    auto made = SeccompFilter::stopping_at(spec.stops_at_calls);
    if (!made) return tl::unexpected(made.error());
    filter = std::move(*made);
  }
  std::optional<PseudoTerminal> terminal;
  if (spec.stdio.needs_terminal()) {
    auto opened = open_pseudo_terminal();
    if (!opened) return tl::unexpected(opened.error());
    terminal = std::move(*opened);
  }

  const pid_t child = fork();
  if (child < 0) return system_failure("start a process");
  if (child == 0) {
    go->write.reset();
    become(spec, filter, terminal, events, go->read.get(), reports->write.get());
  }
  reports->write.reset();
  if (auto seized = seize(Tid{child}, Ending::DiesWithServer, filter ? SeccompEvents::Reported : SeccompEvents::None); !seized) {
    reap(child, events);
    return failure(seized.error().code,
                   "cannot trace the new process: " + describe_errno(seized.error().code) +
                       "; a seccomp filter or a security module forbids ptrace here "
                       "(in a container: --cap-add=SYS_PTRACE)");
  }
  const char seized = 1;
  [[maybe_unused]] const auto told = write(go->write.get(), &seized, 1);
  const int execs = 1 + (spec.wrapper.empty() ? 0 : 1) + (spec.shell.empty() ? 0 : 1);
  const bool executed = wait_for_execs(child, execs, events);
  const auto outcome = read_reports(reports->read.get(), spec);
  if (executed) return Launched{Pid{child}, outcome.still_randomized, std::move(terminal)};
  reap(child, events);
  if (outcome.error) return tl::unexpected(*outcome.error);
  return failure(ECHILD, "Cannot exec " + spec.program + ": the new process died before it started");
}

void take_terminal_back() {
  const pid_t foreground = tcgetpgrp(STDIN_FILENO);
  if (foreground <= 0 || foreground == getpgrp()) return;
  // The leader of the group may have ended, and its children live on.
  const bool leads_session = getsid(0) == getpid();
  siginfo_t info{};
  const bool ours = waitid(P_PID, static_cast<id_t>(foreground), &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
  const bool nobodys = kill(-foreground, 0) != 0 && errno == ESRCH;
  if (leads_session || ours || nobodys) tcsetpgrp(STDIN_FILENO, getpgrp());
}

}  // namespace target::linux
