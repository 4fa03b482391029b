#pragma once

#include <optional>

#include "protocol/field_reader.hpp"
#include "target/types/address.hpp"
#include "target/types/ids.hpp"

namespace protocol::requests {

/// H op thread-id, op = "g" (registers and memory) | "c" (c and s packets)
struct SelectThread {
  bool for_resume = false;
  target::ThreadSelector threads;
  static std::optional<SelectThread> parse(FieldReader in);
};

/// T thread-id
struct ThreadAlive {
  target::ThreadSelector thread;
  static std::optional<ThreadAlive> parse(FieldReader in);
};

/// qGetTLSAddr:thread-id,offset,link map
struct FindThreadLocal {
  target::ThreadSelector thread;  ///< a single one
  std::uint64_t offset = 0;
  target::Address link_map;       ///< 0 for the program itself where gdb knows of none
  static std::optional<FindThreadLocal> parse(FieldReader in);
};

}  // namespace protocol::requests
