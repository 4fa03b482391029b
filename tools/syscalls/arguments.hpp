#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tools/syscalls/call.hpp"

namespace tools::syscalls {

/// When an argument can be shown.
enum class Moment {
  Entry,
  Return,  ///< the call writes what is to be shown there
};

/// A kind of argument, as the shapes name it.
struct ArgumentKind {
  std::string_view word;
  Moment moment;
  /// Nothing if this call has no such argument.
  /// \param index  which argument
  /// \param other  the one that tells its length, or of what kind it is; as the shape says
  std::string (*text)(const Call&, std::size_t index, std::size_t other);
};

/// Numbers, texts and buffers.
std::span<const ArgumentKind> plain_kinds();
/// Constants and sets of them, by the names that the kernel's and the C library's headers have for them.
std::span<const ArgumentKind> named_kinds();
/// What a pointer leads to.
std::span<const ArgumentKind> structure_kinds();
/// Of files, sockets and signals.
std::span<const ArgumentKind> message_kinds();

/// Null if no kind has that name.
const ArgumentKind* find_kind(std::string_view word);

}  // namespace tools::syscalls
