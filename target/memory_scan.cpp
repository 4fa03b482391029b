#include "target/memory_scan.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

namespace target {
namespace {

constexpr std::size_t block_bytes = 1 << 20;

tl::unexpected<Error> unreadable(const char* doing, Address at) {
  char text[96];
  std::snprintf(text, sizeof text, "cannot %s: no readable memory at 0x%llx", doing,
                static_cast<unsigned long long>(at.value));
  return failure(EFAULT, text);
}

/// What is left of the address space from there on.
std::uint64_t cut(Address from, std::uint64_t length) {
  return from.value == 0 ? length : std::min(length, -from.value);
}

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// tables[k][b]: the remainder of byte b followed by k zero bytes. Eight at once are four times as fast as one by one.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte << 24;
    for (int bit = 0; bit < 8; ++bit) rest = (rest << 1) ^ ((rest >> 31) != 0 ? 0x04c11db7u : 0u);
    tables[0][byte] = rest;
  }
  for (std::size_t zeros = 1; zeros < tables.size(); ++zeros)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto rest = tables[zeros - 1][byte];
      tables[zeros][byte] = (rest << 8) ^ tables[0][rest >> 24];
    }
  return tables;
}
constexpr Tables tables = make_tables();

std::uint32_t add_to_checksum(std::uint32_t sum, std::span<const std::byte> bytes) {
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), sizeof word);
    word = __builtin_bswap64(word) ^ (std::uint64_t{sum} << 32);
    sum = 0;
    for (std::size_t zeros = 0; zeros < tables.size(); ++zeros)
      sum ^= tables[zeros][(word >> (8 * zeros)) & 0xff];
    bytes = bytes.subspan(8);
  }
  for (const auto byte : bytes)
    sum = (sum << 8) ^ tables[0][(sum >> 24) ^ static_cast<std::uint8_t>(byte)];
  return sum;
}

}  // namespace

Result<std::optional<Address>> find_bytes(const AddressSpace& space, Address from,
                                          std::uint64_t length, std::string_view pattern) {
  if (pattern.empty()) return failure(EINVAL, "cannot search memory: the pattern is empty");
  length = cut(from, length);
  // The end of each block stays in front of the next one: a match may lie across.
  const auto overlap = pattern.size() - 1;
  std::vector<std::byte> block(std::min<std::uint64_t>(length, block_bytes + overlap));
  std::size_t kept = 0;
  while (length >= pattern.size() - kept && length != 0) {
    const auto fresh = std::min<std::uint64_t>(length, block.size() - kept);
    const std::span whole(block.data(), kept + fresh);
    const auto got = space.read(from, whole.subspan(kept)).value_or(0);
    const auto known = kept + got;
    if (const void* match = memmem(whole.data(), known, pattern.data(), pattern.size());
        match != nullptr)
      return Address{
          from.value - kept +
          static_cast<std::uint64_t>(static_cast<const std::byte*>(match) - whole.data())};
    if (known < whole.size()) return unreadable("search memory", from + got);
    kept = std::min(overlap, whole.size());
    std::memmove(block.data(), whole.data() + whole.size() - kept, kept);
    from = from + fresh;
    length -= fresh;
  }
  return std::optional<Address>();
}

Result<std::uint32_t> checksum_of(const AddressSpace& space, Address from, std::uint64_t length) {
  std::uint32_t sum = 0xffffffff;
  std::vector<std::byte> block(std::min<std::uint64_t>(length, block_bytes));
  while (length != 0) {
    const std::span piece(block.data(), std::min<std::uint64_t>(length, block.size()));
    const auto got = space.read(from, piece).value_or(0);
    if (got < piece.size()) return unreadable("compute the checksum", from + got);
    sum = add_to_checksum(sum, piece);
    from = from + piece.size();
    length -= piece.size();
  }
  return sum;
}

}  // namespace target
