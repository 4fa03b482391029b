#pragma once

#include <string>
#include <variant>

#include "protocol/features.hpp"
#include "target/types/result.hpp"

namespace protocol {
namespace reply {

struct Ok {};
/// The empty packet: we do not know this request.
struct Unsupported {};
struct Payload {
  std::string text;
};
struct Failure {
  target::Error error;
};
/// A stop will answer, some time.
struct Later {};
/// There is nothing to say and nothing to wait for (k).
struct Silent {};

}  // namespace reply

using Reply = std::variant<reply::Ok, reply::Unsupported, reply::Payload, reply::Failure,
                           reply::Later, reply::Silent>;

/// The text of a reply. Errors carry their message as far as the client has said that it reads it.
std::string to_payload(const Reply& reply, const Features& agreed);

/// What every request gets that does not follow its grammar.
Reply malformed();

/// Ok, or the failure.
Reply reply_to(const target::Result<void>& result);
Reply failed(const target::Error& error);

}  // namespace protocol
