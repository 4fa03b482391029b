#include "target/allocations.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include "target/linux/remote_call.hpp"

namespace target {
namespace {

Result<std::uint64_t> call(Tid thread, linux::ChildEvents& events, const linux::RemoteCall& call) {
  const auto instruction = linux::find_syscall_instruction(thread);
  if (!instruction)
    return failure(ENOTSUP, "memory cannot be allocated in this program: it is a 32-bit one, or has no vdso");
  return linux::call_in(thread, events, *instruction, call);
}

}  // namespace

Result<Address> Allocations::make(Tid thread, linux::ChildEvents& events, std::uint64_t bytes,
                                  Permissions permissions) {
  const std::uint64_t protection = (permissions.read ? PROT_READ : 0u) | (permissions.write ? PROT_WRITE : 0u) |
                                   (permissions.execute ? PROT_EXEC : 0u);
  const auto got =
      call(thread, events, {SYS_mmap, {0, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, ~0ull, 0}});
  if (!got) return tl::unexpected(got.error());
  bytes_at_[Address{*got}] = bytes;
  return Address{*got};
}

Result<void> Allocations::release(Tid thread, linux::ChildEvents& events, Address address) {
  const auto known = bytes_at_.find(address);
  if (known == bytes_at_.end()) return failure(ENOENT, "no memory at that address was allocated for the debugger");
  const auto done = call(thread, events, {SYS_munmap, {address.value, known->second}});
  if (!done) return tl::unexpected(done.error());
  bytes_at_.erase(known);
  return {};
}

}  // namespace target
