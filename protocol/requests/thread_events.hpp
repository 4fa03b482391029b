#pragma once

#include <optional>
#include <vector>

#include "protocol/field_reader.hpp"
#include "target/types/ids.hpp"
#include "target/types/thread_options.hpp"

namespace protocol::requests {

/// QThreadEvents:0 | 1
struct ThreadEvents {
  bool wanted = false;
  static std::optional<ThreadEvents> parse(FieldReader in);
};

/// QThreadOptions[;options[:thread-id]]...
///
/// options = bits: 1 clones, 2 exits; of the items that match a thread the last one holds for it, and a thread
/// that none matches keeps what it had.
struct ThreadOptions {
  struct Item {
    target::ThreadOptions options;
    target::ThreadSelector threads;
  };
  std::vector<Item> items;
  static std::optional<ThreadOptions> parse(FieldReader in);
};

}  // namespace protocol::requests
