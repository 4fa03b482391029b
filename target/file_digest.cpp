#include "target/file_digest.hpp"

#include <md5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace target {

std::optional<std::pair<std::uint64_t, std::uint64_t>> md5_of(int descriptor) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  MD5_CTX sum;
  MD5Init(&sum);
  std::array<unsigned char, 64 * 1024> piece;
  for (off_t at = 0;;) {
    const auto size = pread(descriptor, piece.data(), piece.size(), at);
    if (size < 0) return std::nullopt;
    if (size == 0) break;
    MD5Update(&sum, piece.data(), static_cast<std::size_t>(size));
    at += size;
  }
  std::array<std::uint8_t, MD5_DIGEST_LENGTH> bytes;
  MD5Final(bytes.data(), &sum);
  std::pair<std::uint64_t, std::uint64_t> halves;
  std::memcpy(&halves.first, bytes.data(), 8);
  std::memcpy(&halves.second, bytes.data() + 8, 8);
  return halves;
}

}  // namespace target
