#include "tests/support/fake_kernel/kernel.hpp"

#include <algorithm>
#include <cstring>

namespace support {

using namespace target;

std::byte* FakePages::find(Address at) {
  const auto page = pages_.find(at.value / page_bytes);
  return page == pages_.end() ? nullptr : &page->second[at.value % page_bytes];
}

std::size_t FakePages::read(Address from, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto* place = find(from + done);
    if (place == nullptr) break;
    const auto size = std::min<std::size_t>(into.size() - done, page_bytes - (from + done).value % page_bytes);
    std::memcpy(into.data() + done, place, size);
    done += size;
  }
  return done;
}

std::size_t FakePages::write(Address to, std::span<const std::byte> from) {
  std::size_t done = 0;
  while (done < from.size()) {
    auto* place = find(to + done);
    if (place == nullptr) break;
    const auto size = std::min<std::size_t>(from.size() - done, page_bytes - (to + done).value % page_bytes);
    std::memcpy(place, from.data() + done, size);
    done += size;
  }
  return done;
}

std::vector<AddressRange> FakePages::ranges() const {
  std::vector<AddressRange> ranges;
  for (const auto& [number, page] : pages_)
    ranges.push_back({Address{number * page_bytes}, Address{(number + 1) * page_bytes}});
  return ranges;
}

}  // namespace support
