#include "protocol/reply.hpp"

#include <cerrno>

#include "protocol/hex.hpp"

namespace protocol {
namespace {

// The text is not unescaped by clients, so a byte that would need it is shown as another one.
std::string without_framing(std::string text) {
  for (char& c : text)
    if (c == '#' || c == '$' || c == '}' || c == '*' || static_cast<unsigned char>(c) < ' ') c = '?';
  return text;
}

// E.text is understood by gdb 16 and later for every packet; older ones read some replies only if they are
// exactly Exx. lldb never reads E.text, and reads Exx;hex after QEnableErrorStrings.
std::string error_text(const target::Error& error, const Features& agreed) {
  if (agreed.error_message && !error.message.empty()) return "E." + without_framing(error.message);
  std::string out = "E";
  const int code = error.code > 0 && error.code < 256 ? error.code : 0xff;
  append_hex_byte(out, static_cast<std::uint8_t>(code));
  if (agreed.error_strings && !error.message.empty()) {
    out.push_back(';');
    append_hex(out, error.message);
  }
  return out;
}

}  // namespace

std::string to_payload(const Reply& reply, const Features& agreed) {
  if (std::holds_alternative<reply::Ok>(reply)) return "OK";
  if (const auto* payload = std::get_if<reply::Payload>(&reply)) return payload->text;
  if (const auto* failure = std::get_if<reply::Failure>(&reply))
    return error_text(failure->error, agreed);
  return {};
}

Reply malformed() {
  return reply::Failure{{EINVAL, "malformed packet: it does not follow the protocol's grammar"}};
}

Reply reply_to(const target::Result<void>& result) {
  if (result) return reply::Ok{};
  return reply::Failure{result.error()};
}

Reply failed(const target::Error& error) { return reply::Failure{error}; }

}  // namespace protocol
