#include "target/trampolines/out_of_line.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "target/linux/proc_fs.hpp"
#include "target/linux/remote_call.hpp"

namespace target::trampolines {
namespace {

using arch::amd64::Displaced;

constexpr std::uint64_t page_bytes = 4096;
constexpr std::size_t slot_bytes = 16;
// A distance of 32 bits, less what a program's own segments may take.
constexpr std::uint64_t reach = 1ull << 30;
constexpr std::uint64_t lowest_address = 0x10000;  // vm.mmap_min_addr, usually
constexpr std::uint64_t highest_address = 0x7fff'ffff'f000;

std::uint64_t distance(Address a, Address b) { return a < b ? b - a : a - b; }

/// The free page that lies nearest to `site`, always right below a mapping and far above the one before: brk(2)
/// lets the heap grow upwards from the program's end, and the stack grows downwards.
std::optional<Address> free_page_near(const std::vector<linux::Mapping>& mappings, Address site) {
  constexpr std::uint64_t room = 16 * page_bytes;
  std::optional<Address> best;
  Address free_from{lowest_address};
  bool may_grow = false;
  for (const auto& mapping : mappings) {
    if (mapping.range.begin.value >= highest_address) break;
    const std::uint64_t needed = may_grow ? reach / 8 : room;
    const bool fits = mapping.range.begin > free_from && mapping.range.begin - free_from >= needed;
    const Address page = mapping.range.begin - page_bytes;
    const bool nearer = distance(page, site) < reach && (!best || distance(page, site) < distance(*best, site));
    if (fits && nearer && mapping.path != "[stack]") best = page;
    free_from = mapping.range.end;
    may_grow = mapping.path == "[heap]";
  }
  return best;
}

}  // namespace

bool OutOfLine::may_call_in(Tid thread) { return linux::is_32_bit(Pid{thread.value}) == false && !linux::filters_system_calls(thread); }

OutOfLine::Page* OutOfLine::page_near(Tid thread, linux::ChildEvents& events, Address site) {
  for (auto& page : pages_)
    if (distance(page.begin, site) < reach && page.used + slot_bytes <= page_bytes) return &page;
  if (refused_ || pages_.size() * page_bytes >= most_copies * slot_bytes) return nullptr;
  // Whatever is in the way now will be later: asking each time would make every step-over slow.
  refused_ = true;
  const auto mappings = linux::mappings_of(Pid{thread.value});
  if (!mappings || !syscall_instruction_ || !may_call_in(thread)) return nullptr;
  const auto place = free_page_near(*mappings, site);
  if (!place) return nullptr;
  const linux::RemoteCall map{SYS_mmap,
                              {place->value, page_bytes, PROT_READ | PROT_EXEC,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, ~0ull, 0}};
  const auto got = linux::call_in(thread, events, *syscall_instruction_, map);
  if (!got) return nullptr;
  refused_ = false;
  pages_.push_back({Address{*got}});
  return &pages_.back();
}

std::optional<Displaced> OutOfLine::copy_for(Tid thread, linux::ChildEvents& events, AddressSpace& space,
                                             Address site) {
  std::array<std::byte, arch::amd64::longest_instruction> bytes;
  const auto got = space.read(site, bytes);
  if (!got) return std::nullopt;
  const auto instruction = std::span(bytes).first(*got);
  if (const auto known = copies_.find(site); known != copies_.end()) {
    const auto& copied = known->second.instruction;
    if (copied.size() <= *got && std::equal(copied.begin(), copied.end(), instruction.begin()))
      return known->second.displaced;
  }
  if (!syscall_instruction_ && !refused_) syscall_instruction_ = linux::find_syscall_instruction(thread);
  Page* page = page_near(thread, events, site);
  return page != nullptr ? make_copy(*page, space, site, instruction) : std::nullopt;
}

std::optional<Displaced> OutOfLine::make_copy(Page& page, AddressSpace& space, Address site,
                                              std::span<const std::byte> instruction) {
  const auto displaced = Displaced::make(instruction, site, page.begin + page.used);
  if (!displaced || !space.write(displaced->away(), displaced->code())) return std::nullopt;
  page.used += slot_bytes;
  const auto original = instruction.first(displaced->code().size());
  copies_.insert_or_assign(site, Copy{{original.begin(), original.end()}, *displaced});
  return displaced;
}

std::optional<Displaced> OutOfLine::known_copy(Address site) const {
  const auto known = copies_.find(site);
  return known != copies_.end() ? std::optional(known->second.displaced) : std::nullopt;
}

void OutOfLine::forget_copies() {
  copies_.clear();
  for (auto& page : pages_) page.used = 0;
}

void OutOfLine::release(Tid thread, linux::ChildEvents& events) {
  for (const auto& page : pages_) {
    if (!may_call_in(thread)) break;
    const linux::RemoteCall unmap{SYS_munmap, {page.begin.value, page_bytes}};
    (void)linux::call_in(thread, events, *syscall_instruction_, unmap);
  }
  pages_.clear();
  copies_.clear();
}

}  // namespace target::trampolines
