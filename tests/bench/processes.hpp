#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace bench {

// Thrown out of waits after Ctrl-C or SIGTERM. Not a std::exception, so that nobody takes it for a failed row.
struct Interrupted {};

// Also makes this process the reaper of its descendants: an inferior that loses its server can be ended by us.
void prepare_to_be_interrupted();
void throw_if_interrupted();
// Sleeps, but not through an interrupt.
void rest(int milliseconds);

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

struct Pipe {
  FileDescriptor read, write;
};
Pipe make_pipe();

// A process of ours; the end of this value is the end of the process and of everything it started.
class ChildProcess {
 public:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  ChildProcess& operator=(ChildProcess&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~ChildProcess();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

struct Redirect {
  int from, to;
};

// In its own process group, with /dev/null for the standard streams that are not redirected.
ChildProcess spawn(const std::vector<std::string>& arguments, const std::vector<Redirect>& redirects);

// What arrives before `enough` says it suffices, the writer closes, or the time is over.
template <class Enough>
std::string read_until(int fd, int timeout_ms, Enough&& enough);
std::string read_some(int fd, int timeout_ms);

template <class Enough>
std::string read_until(int fd, int timeout_ms, Enough&& enough) {
  std::string text;
  while (!enough(text)) {
    const auto more = read_some(fd, timeout_ms);
    if (more.empty()) break;
    text += more;
  }
  return text;
}

}  // namespace bench
