#include "target/linux/memory_io.hpp"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "target/linux/ptrace.hpp"

namespace target::linux {
namespace {

constexpr std::uint64_t word_bytes = sizeof(std::uint64_t);

std::string at_address(const char* doing, Address at) {
  char text[64];
  std::snprintf(text, sizeof text, "%s at 0x%llx", doing, static_cast<unsigned long long>(at.value));
  return text;
}

// The part of [from, from + size) that lies in the aligned word around `from`.
struct WordPart {
  Address word;
  std::size_t skip;
  std::size_t take;
};
WordPart first_word(Address from, std::size_t size) {
  const std::size_t skip = from.value % word_bytes;
  return {Address{from.value - skip}, skip, std::min<std::size_t>(word_bytes - skip, size)};
}

}  // namespace

MemoryIo::MemoryIo(Tid task)
    : task_(task),
      mem_(open(("/proc/" + std::to_string(task.value) + "/mem").c_str(), O_RDWR | O_CLOEXEC)) {}

Result<std::size_t> MemoryIo::read(Address from, std::span<std::byte> into) const {
  if (into.empty()) return 0;
  iovec local{into.data(), into.size()};
  iovec remote{reinterpret_cast<void*>(from.value), into.size()};
  const auto quick = process_vm_readv(task_.value, &local, 1, &remote, 1, 0);
  std::size_t done = quick > 0 ? static_cast<std::size_t>(quick) : 0;
  if (done < into.size()) done += read_file(from + done, into.subspan(done));
  if (done == 0) done = peek_words(from, into);
  if (done == 0) return failure(EFAULT, at_address("no readable memory", from));
  return done;
}

std::size_t MemoryIo::read_file(Address from, std::span<std::byte> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    // Addresses above 2^63 are no valid file offset, and no user memory either.
    const auto got = pread(mem_.get(), into.data() + done, into.size() - done,
                           static_cast<off_t>(from.value + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::size_t MemoryIo::peek_words(Address from, std::span<std::byte> into) const {
  if (mem_) return 0;
  std::size_t done = 0;
  while (done < into.size()) {
    const auto part = first_word(from + done, into.size() - done);
    const auto word = peek(task_, part.word);
    if (!word) break;
    std::memcpy(into.data() + done, reinterpret_cast<const std::byte*>(&*word) + part.skip, part.take);
    done += part.take;
  }
  return done;
}

Result<void> MemoryIo::write(Address to, std::span<const std::byte> bytes) const {
  std::size_t done = 0;
  while (mem_ && done < bytes.size()) {
    const auto put = pwrite(mem_.get(), bytes.data() + done, bytes.size() - done,
                            static_cast<off_t>(to.value + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    done += static_cast<std::size_t>(put);
  }
  if (done == bytes.size()) return {};
  return poke_words(to + done, bytes.subspan(done));
}

Result<void> MemoryIo::poke_words(Address to, std::span<const std::byte> bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto part = first_word(to + done, bytes.size() - done);
    auto word = peek(task_, part.word);
    if (!word) return failure(EFAULT, at_address("no writable memory", to + done));
    std::memcpy(reinterpret_cast<std::byte*>(&*word) + part.skip, bytes.data() + done, part.take);
    if (!poke(task_, part.word, *word))
      return failure(EFAULT, at_address("no writable memory", to + done));
    done += part.take;
  }
  return {};
}

}  // namespace target::linux
