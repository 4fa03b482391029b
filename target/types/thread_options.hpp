#pragma once

namespace target {

/// What a client wants to hear of one thread besides its stops.
struct ThreadOptions {
  bool clones = false;  ///< it has made a thread, which stands still until the client lets it run
  bool exits = false;

  bool operator==(const ThreadOptions&) const = default;
};

}  // namespace target
