#pragma once

#include <optional>
#include <string>

#include "protocol/field_reader.hpp"

namespace protocol::requests {

///     qSaveCore *( ";path-hint:" hex )
struct SaveCore {
  std::string path_hint;  ///< where the client will have the core in the end; may be empty
  static std::optional<SaveCore> parse(FieldReader in);
};

}  // namespace protocol::requests
