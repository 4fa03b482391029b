#pragma once

#include <fcntl.h>

/// Descriptors of the server that the programs it starts are not to have: one that outlives the server would keep its
/// port, and its client waiting.
namespace server {

inline int duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }
inline void keep_from_programs(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

}  // namespace server
