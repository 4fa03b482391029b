#include "target/breakpoints/breakpoint_table.hpp"

#include <algorithm>

namespace target::breakpoints {

Result<void> BreakpointTable::insert(Address at, const HitCode& code) {
  const auto known = sites_.find(at);
  SharedRules rules = known != sites_.end() ? known->second.rules : nullptr;
  // Debuggers send the same code again at each resume.
  if (rules == nullptr || !rules->came_from(code)) {
    auto checked = HitRules::check(code);
    if (!checked) return tl::unexpected(checked.error());
    rules = std::move(*checked);
  }
  const auto entry = sites_.try_emplace(at, Site{TrapPatch(at)}).first;
  Site& site = entry->second;
  site.wanted = true;
  site.rules = std::move(rules);
  if (suspended()) return {};
  auto planted = site.patch.plant(memory_);
  if (!planted) sites_.erase(entry);
  return planted;
}

bool BreakpointTable::remove(Address at) {
  const auto entry = sites_.find(at);
  if (entry == sites_.end() || !entry->second.wanted) return false;
  entry->second.wanted = false;
  stale_ = true;
  return true;
}

void BreakpointTable::remove_all() {
  for (auto& [at, site] : sites_) site.wanted = false;
  stale_ = true;
  commit();
}

void BreakpointTable::remove_unattended() {
  for (auto& [at, site] : sites_) site.wanted &= site.rules != nullptr && site.rules->persistent();
  stale_ = true;
  commit();
}

const HitRules* BreakpointTable::rules_at(Address at) const {
  const auto entry = sites_.find(at);
  return entry != sites_.end() ? entry->second.rules.get() : nullptr;
}

void BreakpointTable::commit() {
  if (!stale_) return;
  stale_ = false;
  for (auto entry = sites_.begin(); entry != sites_.end();) {
    if (entry->second.wanted) {
      ++entry;
      continue;
    }
    (void)entry->second.patch.lift(memory_);
    entry = sites_.erase(entry);
  }
}

bool BreakpointTable::armed(Address at) const {
  const auto entry = sites_.find(at);
  return entry != sites_.end() && entry->second.wanted && entry->second.patch.planted();
}

bool BreakpointTable::any_planted() const {
  return std::any_of(sites_.begin(), sites_.end(),
                     [](const auto& entry) { return entry.second.patch.planted(); });
}

bool BreakpointTable::hides_trap(Address at) const {
  const auto entry = sites_.find(at);
  return entry != sites_.end() && entry->second.patch.hides_trap();
}

void BreakpointTable::lift(Address at) {
  if (const auto entry = sites_.find(at); entry != sites_.end()) (void)entry->second.patch.lift(memory_);
}

Result<void> BreakpointTable::replant(Address at) {
  const auto entry = sites_.find(at);
  if (entry == sites_.end() || !entry->second.wanted || suspended()) return {};
  return entry->second.patch.plant(memory_);
}

void BreakpointTable::suspend() {
  if (suspensions_++ > 0) return;
  for (auto& [at, site] : sites_) (void)site.patch.lift(memory_);
}

void BreakpointTable::resume() {
  if (suspensions_ == 0 || --suspensions_ > 0) return;
  for (auto& [at, site] : sites_)
    if (site.wanted) (void)site.patch.plant(memory_);
}

void BreakpointTable::clean_copy(const Memory& copy) const {
  for (const auto& [at, site] : sites_) (void)site.patch.lift_from_copy(copy);
}

void BreakpointTable::mask(Address start, std::span<std::byte> bytes) const {
  for (auto entry = sites_.lower_bound(start);
       entry != sites_.end() && entry->first - start < bytes.size(); ++entry)
    entry->second.patch.mask(start, bytes);
}

Result<void> BreakpointTable::write(Address start, std::span<const std::byte> bytes) {
  const auto first = sites_.lower_bound(start);
  if (first == sites_.end() || first->first - start >= bytes.size()) return memory_.write(start, bytes);
  scratch_.assign(bytes.begin(), bytes.end());
  for (auto entry = first; entry != sites_.end() && entry->first - start < bytes.size(); ++entry)
    entry->second.patch.write_under(start, scratch_);
  return memory_.write(start, scratch_);
}

}  // namespace target::breakpoints
