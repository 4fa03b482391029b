#pragma once

#include <optional>
#include <string>

#include "protocol/field_reader.hpp"

namespace protocol::requests {

/// G hex digits
struct WriteAllRegisters {
  std::string bytes;
  static std::optional<WriteAllRegisters> parse(FieldReader in);
};

/// p number
struct ReadRegister {
  std::size_t number = 0;
  static std::optional<ReadRegister> parse(FieldReader in);
};

/// P number=hex digits
struct WriteRegister {
  std::size_t number = 0;
  std::string bytes;
  static std::optional<WriteRegister> parse(FieldReader in);
};

/// QRestoreRegisterState:number, in decimal, as QSaveRegisterState gave it
struct RestoreRegisters {
  unsigned number = 0;
  static std::optional<RestoreRegisters> parse(FieldReader in);
};

}  // namespace protocol::requests
