// Stands for target/linux/memory_io.cpp.

#include "target/linux/memory_io.hpp"

#include "tests/support/fake_kernel/kernel.hpp"

namespace target::linux {
namespace {

support::FakePages* pages_of(Tid task) {
  const auto* found = support::FakeKernel::instance().task(task);
  return found == nullptr ? nullptr : found->process->pages.get();
}

}  // namespace

MemoryIo::MemoryIo(Tid task) : task_(task) {}

Result<std::size_t> MemoryIo::read(Address from, std::span<std::byte> into) const {
  if (into.empty()) return 0;
  auto* pages = pages_of(task_);
  const std::size_t done = pages == nullptr ? 0 : pages->read(from, into);
  if (done == 0) return failure(EFAULT, "no readable memory");
  return done;
}

std::size_t MemoryIo::read_file(Address from, std::span<std::byte> into) const { return read(from, into).value_or(0); }

Result<void> MemoryIo::write(Address to, std::span<const std::byte> bytes) const {
  auto* pages = pages_of(task_);
  if (!bytes.empty() && (pages == nullptr || pages->write(to, bytes) != bytes.size()))
    return failure(EFAULT, "no writable memory");
  return {};
}

}  // namespace target::linux
