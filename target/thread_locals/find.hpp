#pragma once

#include "target/thread.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target::thread_locals {

/// Where a thread has a variable, without help of libthread_db: glibc and musl, static and dynamic programs.
///
/// \param thread    stopped
/// \param offset    of the variable in its module's block
/// \param link_map  of the module; 0 for the program itself, which is all there is in a static one
Result<Address> find(Thread& thread, std::uint64_t offset, Address link_map);

}  // namespace target::thread_locals
