#include "target/core/frozen.hpp"

#include <algorithm>

namespace target::core {
namespace {

// Takes some 5 ms to read.
constexpr std::uint64_t most_put_aside = 16 << 20;

std::uint64_t size_of(AddressRange range) { return range.end - range.begin; }

/// Of mappings in order, the one that has exactly this range; null if there is none.
template <class Mappings, class RangeOf>
auto* find_exactly(const Mappings& mappings, AddressRange range, RangeOf range_of) {
  const auto found = std::lower_bound(mappings.begin(), mappings.end(), range.begin,
                                      [&](const auto& mapping, Address begin) { return range_of(mapping).begin < begin; });
  return found != mappings.end() && range_of(*found) == range ? &*found : nullptr;
}
const linux::Mapping* find_exactly(const std::vector<linux::Mapping>& mappings, AddressRange range) {
  return find_exactly(mappings, range, [](const auto& mapping) { return mapping.range; });
}
const linux::DetailedMapping* find_exactly(const std::vector<linux::DetailedMapping>& mappings, AddressRange range) {
  return find_exactly(mappings, range, [](const auto& detailed) { return detailed.mapping.range; });
}

using Pieces = std::vector<std::pair<Address, std::vector<std::byte>>>;

/// Of what was foreseen, as far as it is still there.
Pieces read_aside(const AddressSpace& space, const std::vector<linux::Mapping>& mappings, const Foresight& foresight) {
  Pieces pieces;
  for (const auto& foreseen : foresight.put_aside) {
    const auto range = foreseen.mapping.range;
    if (find_exactly(mappings, range) == nullptr) continue;
    std::vector<std::byte> bytes(size_of(range));
    const auto got = space.read(range.begin, bytes);
    if (got && *got == bytes.size()) pieces.emplace_back(range.begin, std::move(bytes));
  }
  return pieces;
}

}  // namespace

Foresight look_ahead(Pid pid) {
  Foresight foresight;
  std::uint64_t bytes = 0;
  for (auto& detailed : linux::detailed_mappings_of(pid).value_or(std::vector<linux::DetailedMapping>())) {
    if (detailed.watched) foresight.obstacle = "userfaultfd watches its memory";
    if ((!detailed.not_forked && !detailed.wiped) || detailed.kept_out || detailed.device) continue;
    bytes += size_of(detailed.mapping.range);
    foresight.put_aside.push_back(std::move(detailed));
  }
  if (bytes > most_put_aside) foresight.obstacle = std::to_string(bytes >> 20) + " MiB of its memory are kept from forks by madvise";
  return foresight;
}

CopiedSource::Aside::const_iterator CopiedSource::piece_at(Address address) const {
  auto piece = aside_.upper_bound(address);
  if (piece != aside_.begin() && address < std::prev(piece)->first + std::prev(piece)->second.size()) --piece;
  return piece;
}

bool CopiedSource::is_lost(Address address) const {
  return std::any_of(lost_.begin(), lost_.end(), [&](const AddressRange& range) { return range.contains(address); });
}

Result<std::size_t> CopiedSource::read_copy(Address from, std::span<std::byte> into) const {
  const auto got = memory_.read_file(from, into);
  if (got == 0) return failure(EFAULT, "the copy has no memory there");
  return got;
}

Result<std::size_t> CopiedSource::read(Address from, std::span<std::byte> into) const {
  if (is_lost(from)) return failure(EFAULT, "the copy does not have this memory");
  const auto piece = piece_at(from);
  if (piece == aside_.end()) return read_copy(from, into);
  const auto& [begin, bytes] = *piece;
  if (from < begin) return read_copy(from, into.first(std::min<std::uint64_t>(into.size(), begin - from)));
  const auto rest = std::span(bytes).subspan(from - begin);
  const auto count = std::min(into.size(), rest.size());
  std::copy_n(rest.begin(), count, into.begin());
  return count;
}

AddressRange CopiedSource::first_touched(AddressRange within) const {
  const auto piece = piece_at(within.begin);
  if (piece != aside_.end() && piece->first <= within.begin)
    return {within.begin, std::min(within.end, piece->first + piece->second.size())};
  return pages_.first_touched(within);
}

Result<void> CopiedSource::check() const {
  if (linux::task_state({Pid{copy_.value}, copy_}) == 't') return {};
  return failure(ESRCH, "somebody has killed the copy of the process, as the kernel does when memory runs out");
}

Result<Frozen> Frozen::take(Tid first, Thread& caller, linux::ChildEvents& events, const Foresight& foresight) {
  Process& process = caller.process();
  const Tid tid = caller.id().tid;
  if (!foresight.obstacle.empty()) return failure(ENOTSUP, foresight.obstacle);
  // A filter may kill for a call that it does not expect.
  if (linux::filters_system_calls(tid)) return failure(ENOTSUP, "it filters its system calls (seccomp)");
  const auto instruction = linux::find_syscall_instruction(tid);
  if (!instruction) return failure(ENOTSUP, "it is a 32-bit program, or has no vdso");
  auto mappings = linux::mappings_of(Pid{process.witness().value});
  if (!mappings) return tl::unexpected(mappings.error());
  auto threads = take_threads(process, first, *mappings);
  if (!threads) return tl::unexpected(threads.error());
  auto pieces = read_aside(process.space(), *mappings, foresight);

  caller.in_signal_stop = true;
  auto copy = linux::Forked::make(tid, events, *instruction);
  if (!copy) return tl::unexpected(copy.error());
  process.space().breakpoints().clean_copy(linux::MemoryIo(copy->task()));
  Frozen frozen(process.pid(), std::move(*threads), std::move(*mappings), std::move(*copy));
  for (auto& [begin, bytes] : pieces) frozen.source_.put_aside(begin, std::move(bytes));
  frozen.special_ = foresight.put_aside;
  return frozen;
}

// The copy's mappings tell what the process's were like; only the ones that it has not got had to be looked at before.
linux::DetailedMapping Frozen::detail_of(const linux::Mapping& mapping, const std::vector<linux::DetailedMapping>& copied) {
  const auto* copy = find_exactly(copied, mapping.range);
  const auto* special = find_exactly(special_, mapping.range);
  const bool is_there = copy != nullptr && !copy->wiped;
  if (!is_there && !source_.has_aside(mapping.range.begin)) source_.lose(mapping.range);
  if (copy != nullptr) return *copy;
  return special != nullptr ? *special : linux::DetailedMapping{mapping};
}

Result<Snapshot> Frozen::snapshot() {
  copy_.settle();
  const Pid copy{copy_.task().value};
  const auto copied = linux::detailed_mappings_of(copy);
  if (!copied) return tl::unexpected(copied.error());
  std::vector<linux::DetailedMapping> detailed;
  for (const auto& mapping : mappings_) detailed.push_back(detail_of(mapping, *copied));
  threads_.regions = regions_of(detailed, linux::core_filter(copy), source_);
  for (auto& region : threads_.regions)
    if (source_.is_lost(region.range.begin)) region.anonymous = false;  // or else it would pass for untouched
  return std::move(threads_);
}

}  // namespace target::core
