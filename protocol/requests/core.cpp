#include "protocol/requests/core.hpp"

namespace protocol::requests {

std::optional<SaveCore> SaveCore::parse(FieldReader in) {
  SaveCore request;
  while (!in.failed() && in.accept(';')) {
    in.expect("path-hint:");
    request.path_hint = in.hex_text(';');
  }
  return in.complete() ? std::optional(std::move(request)) : std::nullopt;
}

}  // namespace protocol::requests
