#include "target/breakpoints/watch_slots.hpp"

#include <algorithm>
#include <cstdio>

namespace target::breakpoints {
namespace {

using arch::amd64::DebugCondition;
using arch::amd64::DebugSlot;
using arch::amd64::DebugSlots;

DebugCondition condition_for(const std::optional<WatchKind>& kind) {
  if (!kind) return DebugCondition::Execute;
  return *kind == WatchKind::Write ? DebugCondition::Write : DebugCondition::ReadWrite;
}

// The largest aligned piece of 1, 2, 4 or 8 bytes that begins at range.begin.
std::uint8_t first_piece(AddressRange range) {
  std::uint8_t bytes = 8;
  while (bytes > 1 && (range.begin.value % bytes != 0 || range.end - range.begin < bytes)) bytes /= 2;
  return bytes;
}

bool place(DebugSlots& slots, const DebugSlot& wanted) {
  if (std::find(slots.begin(), slots.end(), wanted) != slots.end()) return true;
  const auto free = std::find_if(slots.begin(), slots.end(), [](auto& slot) { return !slot.used(); });
  if (free == slots.end()) return false;
  *free = wanted;
  return true;
}

}  // namespace

std::optional<DebugSlots> WatchSlots::pack(const std::vector<User>& users) const {
  // Slots that stay in use keep their number, so that threads need fewer writes.
  DebugSlots fresh{};
  std::vector<DebugSlot> wanted;
  for (const auto& user : users) {
    auto range = user.range;
    while (range.begin < range.end) {
      const std::uint8_t bytes = user.kind ? first_piece(range) : std::uint8_t{1};
      wanted.push_back({range.begin, bytes, condition_for(user.kind)});
      range.begin = range.begin + bytes;
      if (wanted.size() > 2 * arch::amd64::debug_slots) return std::nullopt;
    }
  }
  for (std::size_t i = 0; i < registers_.size(); ++i)
    if (std::find(wanted.begin(), wanted.end(), registers_[i]) != wanted.end()) fresh[i] = registers_[i];
  for (const auto& slot : wanted)
    if (!place(fresh, slot)) return std::nullopt;
  return fresh;
}

Result<void> WatchSlots::add(User user, const HitCode& code) {
  if (user.range.begin >= user.range.end) return failure(EINVAL, "a watchpoint needs at least one byte");
  auto rules = HitRules::check(code);
  if (!rules) return tl::unexpected(rules.error());
  user.rules = std::move(*rules);
  for (auto& known : users_)
    if (known.same_place(user)) {
      known = std::move(user);
      return {};
    }
  auto users = users_;
  users.push_back(std::move(user));
  const auto packed = pack(users);
  if (!packed) return failure(ENOSPC, "not enough debug registers: " + describe());
  users_ = std::move(users);
  registers_ = *packed;
  return {};
}

bool WatchSlots::remove(const User& user) {
  const auto found = std::find_if(users_.begin(), users_.end(),
                                  [&](const User& known) { return known.same_place(user); });
  if (found == users_.end()) return false;
  users_.erase(found);
  registers_ = pack(users_).value_or(DebugSlots{});
  return true;
}

Result<void> WatchSlots::watch(WatchKind kind, AddressRange range, const HitCode& code) {
  return add({kind, range}, code);
}
Result<void> WatchSlots::break_at(Address at, const HitCode& code) {
  return add({std::nullopt, {at, at + 1}}, code);
}
bool WatchSlots::unwatch(WatchKind kind, AddressRange range) { return remove({kind, range}); }
bool WatchSlots::unbreak(Address at) { return remove({std::nullopt, {at, at + 1}}); }

void WatchSlots::clear() {
  users_.clear();
  registers_ = {};
}

bool WatchSlots::breaks_at(Address at) const {
  return std::any_of(users_.begin(), users_.end(),
                     [at](const User& user) { return !user.kind && user.range.begin == at; });
}

std::optional<StopCause> WatchSlots::hit(std::uint64_t status) const {
  std::optional<StopCause> watched;
  for (std::size_t i = 0; i < registers_.size(); ++i) {
    const auto& slot = registers_[i];
    if (!slot.used() || !arch::amd64::triggered(status, i)) continue;
    if (slot.condition == DebugCondition::Execute) return HardwareBreakpointHit{slot.at};
    for (const auto& user : users_)
      if (user.kind && condition_for(user.kind) == slot.condition && user.range.contains(slot.at) && !watched)
        watched = WatchpointHit{slot.at, *user.kind};
  }
  return watched;
}

const HitRules* WatchSlots::rules_for(const StopCause& hit) const {
  const auto* broke = std::get_if<HardwareBreakpointHit>(&hit);
  const auto* watched = std::get_if<WatchpointHit>(&hit);
  for (const auto& user : users_) {
    if (broke != nullptr && !user.kind && user.range.begin == broke->at) return user.rules.get();
    if (watched != nullptr && user.kind == watched->kind && user.range.contains(watched->at)) return user.rules.get();
  }
  return nullptr;
}

std::string WatchSlots::describe() const {
  std::string text = "in use are";
  if (users_.empty()) return "the range needs more than four";
  for (const auto& user : users_) {
    char entry[64];
    const char* what = !user.kind                         ? "execute"
                       : *user.kind == WatchKind::Write ? "write"
                                                        : "access";
    std::snprintf(entry, sizeof entry, " 0x%llx/%llu (%s)",
                  static_cast<unsigned long long>(user.range.begin.value),
                  static_cast<unsigned long long>(user.range.end - user.range.begin), what);
    text += entry;
  }
  return text;
}

}  // namespace target::breakpoints
