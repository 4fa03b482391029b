#include "wire_tap.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "sockets.hpp"

namespace bench {

namespace {

void pass_on(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    throw_if_interrupted();
    if (sent <= 0) throw std::runtime_error("one side does not take what the other says");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

WireTap::WireTap(std::uint16_t server_port) : server_port_(server_port), listener_(listen_on_loopback(port_)) {}

// Within a packet a $ is escaped.
void WireTap::count(std::string_view bytes) {
  so_far_.bytes += bytes.size();
  so_far_.packets += static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '$'));
}

std::vector<Traffic> WireTap::listen(std::string_view marked, int timeout_ms) {
  pollfd wanted{listener_.get(), POLLIN, 0};
  if (poll(&wanted, 1, timeout_ms) != 1) throw std::runtime_error("the debugger does not connect");
  const FileDescriptor debugger(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const FileDescriptor server = connect_to_loopback(server_port_);
  const int yes = 1;
  setsockopt(debugger.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);

  std::vector<Traffic> marks;
  std::string bytes(256 << 10, '\0');
  for (;;) {
    pollfd ends[] = {{debugger.get(), POLLIN, 0}, {server.get(), POLLIN, 0}};
    const int ready = poll(ends, 2, timeout_ms);
    throw_if_interrupted();
    if (ready <= 0) throw std::runtime_error("debugger and server say nothing more");
    for (const int from : {0, 1}) {
      if (ends[from].revents == 0) continue;
      const auto length = read(ends[from].fd, bytes.data(), bytes.size());
      if (length <= 0) return marks;
      const auto piece = std::string_view(bytes).substr(0, static_cast<std::size_t>(length));
      // A debugger writes one packet at a time.
      if (from == 0 && piece.starts_with(marked)) marks.push_back(so_far_);
      count(piece);
      pass_on(ends[1 - from].fd, piece);
    }
  }
}

}  // namespace bench
