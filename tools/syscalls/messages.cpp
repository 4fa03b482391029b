// Arguments that lead to addresses, messages, events and signals.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "tools/syscalls/arguments.hpp"
#include "tools/syscalls/names.hpp"

namespace tools::syscalls {

using namespace target;

namespace {

constexpr std::size_t most_shown = 16;  // of a list

template <class T>
T as(const sockaddr_storage& storage) {
  T value;
  std::memcpy(&value, &storage, sizeof value);
  return value;
}

std::string internet_text(const char* prefix, int family, const void* address, std::uint16_t port) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, address, text, sizeof text);
  return fmt::format("{}_port=htons({}), {}_addr=\"{}\"", prefix, ntohs(port), prefix, text);
}
std::string local_text(const sockaddr_un& address, std::size_t length) {
  const auto path = std::as_bytes(std::span(address.sun_path)).first(length - std::min(length, offsetof(sockaddr_un, sun_path)));
  if (path.empty()) return "AF_UNIX";
  const bool is_abstract = path[0] == std::byte{0};
  const auto shown = is_abstract ? path.subspan(1) : path.first(strnlen(address.sun_path, path.size()));
  return fmt::format("sa_family=AF_UNIX, sun_path={}{}", is_abstract ? "@" : "", quoted(shown));
}
std::string peer_text(const sockaddr_storage& address, std::size_t length) {
  switch (address.ss_family) {
    case AF_UNIX: return local_text(as<sockaddr_un>(address), std::min(length, sizeof(sockaddr_un)));
    case AF_INET: {
      const auto v4 = as<sockaddr_in>(address);
      return "sa_family=AF_INET, " + internet_text("sin", AF_INET, &v4.sin_addr, v4.sin_port);
    }
    case AF_INET6: {
      const auto v6 = as<sockaddr_in6>(address);
      return "sa_family=AF_INET6, " + internet_text("sin6", AF_INET6, &v6.sin6_addr, v6.sin6_port);
    }
    case AF_NETLINK: {
      const auto link = as<sockaddr_nl>(address);
      return fmt::format("sa_family=AF_NETLINK, nl_pid={}, nl_groups={:#08x}", link.nl_pid, link.nl_groups);
    }
    default: return "sa_family=" + in_names(address.ss_family, socket_families) + ", ...";
  }
}
std::string socket_address(const Call& call, Address at, std::size_t length) {
  sockaddr_storage storage{};
  const auto bytes = std::min(length, sizeof storage);
  if (at.value == 0 || bytes < sizeof storage.ss_family) return pointer(at);
  if (call.read(at, std::as_writable_bytes(std::span(&storage, 1)).first(bytes)) != bytes) return pointer(at);
  return "{" + peer_text(storage, length) + "}";
}
std::string peer(const Call& call, std::size_t index, std::size_t length) {
  return socket_address(call, call.address(index), static_cast<std::uint32_t>(call.argument(length)));
}
std::string peer_out(const Call& call, std::size_t index, std::size_t length) {
  const auto bytes = call.failed() ? std::nullopt : call.object<std::uint32_t>(call.address(length));
  return bytes ? socket_address(call, call.address(index), *bytes) : pointer(call.address(index));
}

// \param filled  as many bytes of them as have anything in them
std::string vectors(const Call& call, Address at, std::uint64_t count, std::uint64_t filled) {
  std::string list;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto element = at + i * 2 * call.word_bytes();
    const auto base = call.word(element), length = call.word(element + call.word_bytes());
    if (!base || !length) return pointer(at);
    if (!list.empty()) list += ", ";
    if (i == most_shown) return "[" + list + "...]";
    const auto bytes = std::min(*length, filled);
    filled -= bytes;
    list += fmt::format("{{iov_base={}, iov_len={}}}", quoted_buffer(call, {*base}, bytes), *length);
  }
  return "[" + list + "]";
}
std::string vectors_in(const Call& call, std::size_t index, std::size_t count) {
  return vectors(call, call.address(index), call.argument(count), ~std::uint64_t{0});
}
std::string vectors_out(const Call& call, std::size_t index, std::size_t count) {
  if (call.failed()) return pointer(call.address(index));
  return vectors(call, call.address(index), call.argument(count), static_cast<std::uint64_t>(call.result->value));
}

// struct msghdr: name, namelen, iov, iovlen, control, controllen, flags; a word each but for the lengths of both ends.
std::string message(const Call& call, Address at, std::uint64_t filled) {
  const auto word = call.word_bytes();
  const auto name = call.word(at), vector = call.word(at + 2 * word), count = call.word(at + 3 * word), control = call.word(at + 5 * word);
  const auto name_bytes = call.object<std::uint32_t>(at + word);
  const auto flags = call.object<std::uint32_t>(at + 6 * word);
  if (!name || !vector || !count || !control || !name_bytes || !flags) return pointer(at);
  return fmt::format("{{msg_name={}, msg_namelen={}, msg_iov={}, msg_iovlen={}, msg_controllen={}, msg_flags={}}}",
                     socket_address(call, {*name}, *name_bytes), *name_bytes, vectors(call, {*vector}, *count, filled), *count, *control,
                     in_names(*flags, message_flags));
}
std::string message_in(const Call& call, std::size_t index, std::size_t) { return message(call, call.address(index), ~std::uint64_t{0}); }
std::string message_out(const Call& call, std::size_t index, std::size_t) {
  if (call.failed()) return pointer(call.address(index));
  return message(call, call.address(index), static_cast<std::uint64_t>(call.result->value));
}

std::string polled(const Call& call, std::size_t index, std::uint64_t count, bool answers) {
  const auto at = call.address(index);
  std::string list;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto one = call.object<pollfd>(at + i * sizeof(pollfd));
    if (!one) return pointer(at);
    if (answers && one->revents == 0) continue;
    if (!list.empty()) list += ", ";
    if (i >= most_shown) return "[" + list + "...]";
    list += fmt::format("{{fd={}, events={}", one->fd, in_names(static_cast<std::uint16_t>(one->events), poll_events));
    list += answers ? fmt::format(", revents={}}}", in_names(static_cast<std::uint16_t>(one->revents), poll_events)) : "}";
  }
  return "[" + list + "]";
}
// Which are ready replaces what was asked for, if any are.
std::string polled_out(const Call& call, std::size_t index, std::size_t count) {
  const bool any = !call.failed() && call.result->value > 0;
  return polled(call, index, call.argument(count), any);
}

std::string event_text(const epoll_event& event) {
  const std::uint32_t events = event.events;
  const std::uint64_t data = event.data.u64;
  return fmt::format("{{events={}, data={:#x}}}", in_names(events, epoll_events), data);
}
std::string event(const Call& call, std::size_t index, std::size_t) {
  const auto one = call.object<epoll_event>(call.address(index));
  return one ? event_text(*one) : pointer(call.address(index));
}
std::string events_out(const Call& call, std::size_t index, std::size_t) {
  if (call.failed()) return pointer(call.address(index));
  std::string list;
  for (std::int64_t i = 0; i < call.result->value; ++i) {
    const auto one = call.object<epoll_event>(call.address(index) + static_cast<std::uint64_t>(i) * sizeof(epoll_event));
    if (!one) return pointer(call.address(index));
    if (!list.empty()) list += ", ";
    if (i == static_cast<std::int64_t>(most_shown)) return "[" + list + "...]";
    list += event_text(*one);
  }
  return "[" + list + "]";
}

// Bit n - 1 for signal n, as the kernel has them.
std::string set_text(std::uint64_t set) {
  constexpr int signals = 64, most_listed = signals / 2;
  const bool most = __builtin_popcountll(set) > most_listed;
  std::string list;
  for (int signal = 1; signal <= signals; ++signal) {
    const bool is_in = (set >> (signal - 1) & 1) != 0;
    if (is_in == most) continue;
    const auto name = signal_in_words(signal);
    list += (list.empty() ? "" : " ") + (name.starts_with("SIG") ? name.substr(3) : name);
  }
  return (most ? "~[" : "[") + list + "]";
}
std::string signals_in(const Call& call, std::size_t index, std::size_t) {
  const auto set = call.object<std::uint64_t>(call.address(index));
  return set ? set_text(*set) : pointer(call.address(index));
}
std::string signals_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : signals_in(call, index, 0);
}

// The kernel's struct sigaction: handler, flags, restorer, a word each; then the mask.
std::string action(const Call& call, std::size_t index, std::size_t) {
  const auto at = call.address(index);
  const auto word = call.word_bytes();
  const auto handler = call.word(at), flags = call.word(at + word);
  const auto mask = call.object<std::uint64_t>(at + 3 * word);
  if (at.value == 0 || !handler || !flags || !mask) return pointer(at);
  const auto name = *handler == 0 ? "SIG_DFL" : *handler == 1 ? "SIG_IGN" : fmt::format("{:#x}", *handler);
  return fmt::format("{{sa_handler={}, sa_mask={}, sa_flags={}}}", name, set_text(*mask), in_names(*flags, signal_actions));
}
std::string action_out(const Call& call, std::size_t index, std::size_t) {
  return call.failed() ? pointer(call.address(index)) : action(call, index, 0);
}

std::string descriptors(const Call& call, std::size_t index, std::size_t count) {
  constexpr std::uint64_t most = 1024;
  const auto at = call.address(index);
  std::array<std::byte, most / 8> set{};
  if (at.value == 0 || call.read(at, set) == 0) return pointer(at);
  std::string list;
  for (std::uint64_t fd = 0; fd < std::min(call.argument(count), most); ++fd)
    if ((std::to_integer<unsigned>(set[fd / 8]) >> (fd % 8) & 1) != 0) list += (list.empty() ? "" : " ") + std::to_string(fd);
  return "[" + list + "]";
}

constexpr auto entry = Moment::Entry;
constexpr auto on_return = Moment::Return;
constexpr std::array kinds{
    ArgumentKind{"peer", entry, peer},
    ArgumentKind{"peer_out", on_return, peer_out},
    ArgumentKind{"vectors", entry, vectors_in},
    ArgumentKind{"vectors_out", on_return, vectors_out},
    ArgumentKind{"message", entry, message_in},
    ArgumentKind{"message_out", on_return, message_out},
    ArgumentKind{"polled_out", on_return, polled_out},
    ArgumentKind{"event", entry, event},
    ArgumentKind{"events_out", on_return, events_out},
    ArgumentKind{"signals", entry, signals_in},
    ArgumentKind{"signals_out", on_return, signals_out},
    ArgumentKind{"action", entry, action},
    ArgumentKind{"action_out", on_return, action_out},
    ArgumentKind{"descriptors", entry, descriptors},
};

}  // namespace

std::span<const ArgumentKind> message_kinds() { return kinds; }

}  // namespace tools::syscalls
