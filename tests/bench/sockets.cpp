#include "sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace bench {

namespace {

FileDescriptor connect_to(const sockaddr* address, socklen_t length) {
  FileDescriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), address, length) != 0) return FileDescriptor();
  const int yes = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return four;
}

}  // namespace

FileDescriptor connect_to_loopback(std::uint16_t port) {
  const auto four = loopback(port);
  auto socket = connect_to(reinterpret_cast<const sockaddr*>(&four), sizeof four);
  if (socket.get() < 0) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    six.sin6_addr = in6addr_loopback;
    socket = connect_to(reinterpret_cast<const sockaddr*>(&six), sizeof six);
  }
  if (socket.get() < 0) throw std::system_error(errno, std::generic_category(), "connect to the server");
  return socket;
}

FileDescriptor listen_on_loopback(std::uint16_t& port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket.get(), generic, length) != 0 || listen(socket.get(), 1) != 0 ||
      getsockname(socket.get(), generic, &length) != 0)
    throw std::system_error(errno, std::generic_category(), "listen for a debugger");
  port = ntohs(address.sin_port);
  return socket;
}

}  // namespace bench
