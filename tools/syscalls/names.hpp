#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tools::syscalls {

struct Name {
  std::uint64_t value;
  std::string_view text;
};

/// How a number is written in names: one of some choices, where there are any, and flags.
struct NameSet {
  std::uint64_t choice_bits = 0;  ///< these are one of `choices`
  std::span<const Name> choices;
  std::span<const Name> flags;
};

/// "O_WRONLY|O_CREAT|0x40000000": what has no name is a number.
std::string in_names(std::uint64_t value, const NameSet& names);

extern const NameSet open_flags, clocks, signal_actions, socket_families, socket_kinds, message_flags, poll_events, epoll_events,
    epoll_operations, futex_operations, clone_flags, lock_kinds;

/// "SIGTERM", "SIGRT_3", or a number.
std::string signal_in_words(int signal);

}  // namespace tools::syscalls
