#pragma once

namespace target {

/// What a program may do with memory.
struct Permissions {
  bool read = false;
  bool write = false;
  bool execute = false;
};

}  // namespace target
