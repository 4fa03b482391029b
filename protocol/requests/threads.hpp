#pragma once

#include <optional>

#include "protocol/field_reader.hpp"
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

}  // namespace protocol::requests
