#pragma once

#include <optional>
#include <span>
#include <string>

#include "target/types/ids.hpp"

namespace protocol::documents {

struct ThreadEntry {
  target::ThreadId id;
  std::string name;
  std::optional<int> core;
};

/// The object that qXfer:threads:read hands out.
std::string thread_list(std::span<const ThreadEntry> threads, bool multiprocess);

}  // namespace protocol::documents
