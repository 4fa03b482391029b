#pragma once

#include <fcntl.h>
#include <linux/close_range.h>
#include <unistd.h>

/// Descriptors of the server that the programs it starts are not to have: one that outlives the server would keep its
/// port, and its client waiting.
namespace server {

inline int duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }
inline void keep_from_programs(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }
/// Whatever this server was started with, beside the standard three.
inline void keep_all_from_programs() { close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC); }

}  // namespace server
