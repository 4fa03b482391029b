#include "processes.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace bench {

namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_interrupt(int) { interrupted = 1; }

// Empty where the kernel is built without CONFIG_PROC_CHILDREN.
void collect_descendants(pid_t pid, std::vector<pid_t>& into) {
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child; children >> child;) {
      into.push_back(child);
      collect_descendants(child, into);
    }
  }
}

[[noreturn]] void become(const std::vector<std::string>& arguments, const std::vector<Redirect>& redirects) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDWR);
  for (int stream = 0; stream <= 2; ++stream) dup2(nothing, stream);
  for (const auto& redirect : redirects) dup2(redirect.from, redirect.to);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

}  // namespace

void prepare_to_be_interrupted() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;  // without SA_RESTART: waits must end
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void throw_if_interrupted() {
  if (interrupted) throw Interrupted{};
}

void rest(int milliseconds) {
  poll(nullptr, 0, milliseconds);
  throw_if_interrupted();
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  // Above the numbers that spawn() hands out.
  const int write_end = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
  close(ends[1]);
  return {FileDescriptor(ends[0]), FileDescriptor(write_end)};
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  std::vector<pid_t> doomed{pid_};
  collect_descendants(pid_, doomed);
  for (pid_t pid : doomed) kill(pid, SIGKILL);
  // The descendants become our children when their parents have gone, which the order of the list guarantees.
  for (pid_t pid : doomed)
    while (waitpid(pid, nullptr, __WALL) < 0 && errno == EINTR) {
    }
}

ChildProcess spawn(const std::vector<std::string>& arguments, const std::vector<Redirect>& redirects) {
  throw_if_interrupted();
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) become(arguments, redirects);
  return ChildProcess(pid);
}

std::string read_some(int fd, int timeout_ms) {
  pollfd ready{fd, POLLIN, 0};
  const int answer = poll(&ready, 1, timeout_ms);
  throw_if_interrupted();
  if (answer <= 0) return {};
  char bytes[4096];
  const auto count = read(fd, bytes, sizeof bytes);
  return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string{};
}

}  // namespace bench
