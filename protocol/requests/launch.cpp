#include "protocol/requests/launch.hpp"

namespace protocol::requests {

std::optional<Run> Run::parse(FieldReader in) {
  Run request;
  request.program = in.hex_text(';');
  while (!in.failed() && in.accept(';')) request.arguments.push_back(in.hex_text(';'));
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<RunWords> RunWords::parse(FieldReader in) {
  RunWords request;
  while (in.accept(' ')) continue;
  do {
    const auto digits = in.decimal<std::size_t>();
    in.expect(',');
    const bool in_order = in.decimal<std::size_t>() == request.words.size();
    in.expect(',');
    if (in.failed() || !in_order || digits % 2 != 0) return std::nullopt;
    request.words.push_back(in.hex_text_of(digits / 2));
  } while (!in.failed() && in.accept(','));
  if (!in.complete() || request.words.front().empty()) return std::nullopt;
  return request;
}

std::optional<PlainText> PlainText::parse(FieldReader in) { return PlainText{std::string(in.rest())}; }

}  // namespace protocol::requests
