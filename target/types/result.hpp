#pragma once

#include <cerrno>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace target {

/// What a client, a user or the kernel can cause to fail. The message is one sentence for a person:
/// what failed, why, and where it helps what to do about it.
struct Error {
  int code = EIO;  ///< an errno value; what the wire shows as Exx
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(int code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// "DOING: strerror(code)", with the errno of the call that just failed by default.
tl::unexpected<Error> system_failure(std::string doing, int code = errno);

/// The kernel's own words for an errno, from a table that needs no locale.
std::string describe_errno(int code);

}  // namespace target
