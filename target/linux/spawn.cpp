#include "target/linux/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace target::linux {
namespace {

void redirect(int output) {
  const int null = open("/dev/null", O_RDWR);
  if (null >= 0) dup2(null, STDIN_FILENO);
  for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) dup2(output >= 0 ? output : null, standard);
  if (null > STDERR_FILENO) close(null);
}

void restore_signals() {
  for (const int ignored : {SIGPIPE, SIGTTOU, SIGTTIN, SIGHUP, SIGINT, SIGTERM, SIGCHLD}) signal(ignored, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const SpawnSpec& spec, char* const* arguments, int failures) {
  setsid();
  restore_signals();
  redirect(spec.output);
  for (const int kept : spec.inherited) fcntl(kept, F_SETFD, 0);
  if (spec.folder.empty() || chdir(spec.folder.c_str()) == 0) execv(spec.program.c_str(), arguments);
  const int why = errno;
  [[maybe_unused]] const auto told = write(failures, &why, sizeof why);
  _exit(127);
}

}  // namespace

Result<PipeEnds> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_failure("open a pipe");
  return PipeEnds{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

Result<Pid> spawn(const SpawnSpec& spec) {
  auto failures = make_pipe();
  if (!failures) return tl::unexpected(failures.error());
  auto words = spec.arguments;
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) return system_failure("start " + spec.program);
  if (child == 0) become(spec, arguments.data(), failures->write.get());
  failures->write.reset();
  int why = 0;
  ssize_t told = 0;
  do {
    told = read(failures->read.get(), &why, sizeof why);
  } while (told < 0 && errno == EINTR);
  if (told != sizeof why) return Pid{child};
  await_end(Pid{child});
  return system_failure("start " + spec.program + (spec.folder.empty() ? "" : " in " + spec.folder), why);
}

std::optional<ProgramEnd> reap(Pid pid) {
  int status = 0;
  if (waitpid(pid.value, &status, WNOHANG) != pid.value) return std::nullopt;
  if (WIFSIGNALED(status)) return ProgramEnd{0, WTERMSIG(status)};
  return ProgramEnd{WEXITSTATUS(status), 0};
}

void await_end(Pid pid) {
  while (waitpid(pid.value, nullptr, 0) < 0 && errno == EINTR) continue;
}

void kill_group(Pid pid) {
  kill(-pid.value, SIGKILL);
  kill(pid.value, SIGKILL);
}

}  // namespace target::linux
