#include "floors/bare_server.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace bench {

namespace {

struct Header {
  BareRequest request;
  std::uint32_t size;
  std::uint64_t offset;
};

// Large answers are sent in parts, so that the reader works on one while the next is made.
constexpr std::size_t part_size = 128 << 10;

bool answers_with_bytes(BareRequest request) {
  return request == BareRequest::send_bytes || request == BareRequest::read_memory || request == BareRequest::read_file;
}

bool receive_all(int socket, void* bytes, std::size_t count) {
  auto* at = static_cast<char*>(bytes);
  while (count > 0) {
    const auto got = recv(socket, at, count, 0);
    throw_if_interrupted();
    if (got == 0 || (got < 0 && errno != EINTR)) return false;
    if (got > 0) at += got, count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(int socket, const void* bytes, std::size_t count) {
  const auto* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const auto sent = send(socket, at, count, MSG_NOSIGNAL);
    throw_if_interrupted();
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) at += sent, count -= static_cast<std::size_t>(sent);
  }
  return true;
}

class Serving {
 public:
  Serving(int socket, Waiting waiting, const std::string& file)
      : socket_(socket), waiting_(waiting), file_(file.empty() ? -1 : open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}

  void until_the_client_leaves() {
    for (Header header; receive_all(socket_, &header, sizeof header);)
      if (!reads(header)) {
        act(header);
        send_all(socket_, "k", 1);
      }
  }

 private:
  // Whether the request was one that is answered with bytes.
  bool reads(const Header& header) {
    if (!answers_with_bytes(header.request)) return false;
    for (std::size_t done = 0; done < header.size;) {
      const auto count = std::min(part_size, header.size - done);
      if (header.request == BareRequest::read_memory) tracee_.read(header.offset + done, buffer_, count);
      if (header.request == BareRequest::read_file) read_file(header.offset + done, count);
      send_all(socket_, buffer_, count);
      done += count;
    }
    return true;
  }

  void read_file(std::uint64_t offset, std::size_t count) {
    if (pread(file_.get(), buffer_, count, static_cast<off_t>(offset)) < 0)
      throw std::system_error(errno, std::generic_category(), "pread");
  }

  void act(const Header& header) {
    switch (header.request) {
      case BareRequest::step: return tracee_.step(waiting_);
      case BareRequest::read_registers: return tracee_.read_all_registers();
      case BareRequest::insert_breakpoint: return tracee_.insert_breakpoint();
      case BareRequest::remove_breakpoint: return tracee_.remove_breakpoint();
      case BareRequest::watch_counter: return tracee_.watch_counter();
      case BareRequest::run_to_stop: return run_to_stop();
      case BareRequest::attach_threads: return attach(static_cast<pid_t>(header.offset));
      case BareRequest::resume_threads: return resume_seized(threads_);
      case BareRequest::stop_threads: return stop_seized(threads_);
      case BareRequest::write_memory: return write(header);
      default: return;
    }
  }

  void run_to_stop() {
    resume_seized(threads_);
    tracee_.run_to_stop(waiting_);
    stop_seized(threads_);
  }

  void attach(pid_t process) {
    threads_ = threads_of(process);
    seize_and_stop(threads_);
  }

  void write(const Header& header) {
    for (std::size_t done = 0; done < header.size;) {
      const auto count = std::min(part_size, header.size - done);
      receive_all(socket_, buffer_, count);
      tracee_.write(header.offset + done, buffer_, count);
      done += count;
    }
  }

  int socket_;
  Waiting waiting_;
  FileDescriptor file_;
  Tracee tracee_;
  std::vector<pid_t> threads_;
  char buffer_[part_size] = {};
};

[[noreturn]] void serve(int listener, Waiting waiting, const std::string& file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    const FileDescriptor socket(accept(listener, nullptr, nullptr));
    const int yes = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    Serving(socket.get(), waiting, file).until_the_client_leaves();
  } catch (...) {  // the client sees the end of the connection
  }
  _exit(0);
}

sockaddr_in any_loopback_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

ChildProcess fork_server(int listener, Waiting waiting, const std::string& file) {
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) serve(listener, waiting, file);
  return ChildProcess(pid);
}

}  // namespace

BareServer::BareServer(Waiting waiting, const std::string& file_to_read) : process_(0) {
  const FileDescriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = any_loopback_port();
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socket_ = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(listener.get(), generic, length) != 0 || listen(listener.get(), 1) != 0 ||
      getsockname(listener.get(), generic, &length) != 0 || connect(socket_.get(), generic, length) != 0)
    throw std::system_error(errno, std::generic_category(), "a loopback connection");
  const int yes = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  process_ = fork_server(listener.get(), waiting, file_to_read);
  ask(BareRequest::ping);
}

void BareServer::ask(BareRequest request, std::uint32_t size, std::uint64_t offset) {
  const Header header{request, size, offset};
  const bool writes = request == BareRequest::write_memory;
  // One write, so that the header is not a segment of its own.
  if (buffer_.size() < sizeof header + size) buffer_.resize(sizeof header + size, 'w');
  std::memcpy(buffer_.data(), &header, sizeof header);
  if (!send_all(socket_.get(), buffer_.data(), sizeof header + (writes ? size : 0)) ||
      !receive_all(socket_.get(), buffer_.data(), answers_with_bytes(request) ? size : 1))
    throw std::runtime_error("the bare server ended");
}

}  // namespace bench
