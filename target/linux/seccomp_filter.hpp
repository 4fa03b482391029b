#pragma once

#include <memory>
#include <string>
#include <vector>

#include "target/types/result.hpp"

namespace target::linux {

/// A seccomp filter that stops a program for its tracer at the entry of some system calls; all others run as without it.
/// Whoever runs under it and has lost its tracer gets ENOSYS from those calls.
class SeccompFilter {
 public:
  /// \param calls  names, of 64-bit and of 32-bit programs; those that one of the tables lacks are left out for it
  static Result<SeccompFilter> stopping_at(const std::vector<std::string>& calls);

  /// For this process and all that it becomes and makes. An errno; 0: it is in force.
  int load() const;

 private:
  struct Release {
    void operator()(void* filter) const;
  };
  std::unique_ptr<void, Release> filter_;
};

}  // namespace target::linux
