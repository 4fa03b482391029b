#include "target/observers/step_observer.hpp"

#include <array>
#include <utility>
#include <variant>

#include "target/process.hpp"

namespace target::observers {

namespace {

constexpr std::size_t longest_prefixes = 4;

bool is_prefix(std::uint8_t byte) {
  return byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3 || (byte & 0xf0) == 0x40 /* REX */;
}

// ins outs movs cmps stos lods scas
bool is_string_operation(std::uint8_t opcode) {
  return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf);
}

bool repeats_at(Thread& thread, Address at) {
  std::array<std::byte, longest_prefixes + 1> bytes{};
  const auto got = thread.process().space().read(at, bytes).value_or(0);
  bool repeats = false;
  for (std::size_t i = 0; i < got; ++i) {
    const auto byte = std::to_integer<std::uint8_t>(bytes[i]);
    if (!is_prefix(byte)) return repeats && is_string_operation(byte);
    repeats |= byte == 0xf2 || byte == 0xf3;
  }
  return false;
}

}  // namespace

void StepObserver::begin(Thread& thread) {
  at_[thread.id().tid] = {thread.registers().pc().value_or(Address{}), thread.system_call != SystemCallState::Outside, std::nullopt};
  last_place_ = nullptr;
}

bool StepObserver::watches(const Thread& thread) const { return at_.contains(thread.id().tid); }

void StepObserver::leave(const Thread& thread) {
  at_.erase(thread.id().tid);
  last_place_ = nullptr;
}

Interest StepObserver::saw(Thread& thread, const StopCause& cause) {
  if (std::holds_alternative<SignalStop>(cause)) return Interest::None;
  if (last_place_ == nullptr || last_ != thread.id().tid) {
    const auto known = at_.find(thread.id().tid);
    if (known == at_.end()) return Interest::Usual;
    last_ = thread.id().tid;
    last_place_ = &known->second;
  }
  const auto now = thread.registers().pc().value_or(Address{});
  if (const auto* done = std::get_if<StepDone>(&cause)) {
    if (!done->into_handler) return step(thread, *last_place_, now);
    last_place_->at = now;
    return stop_at_ == now ? Interest::Stop : Interest::None;
  }
  if (std::holds_alternative<Execed>(cause)) {
    executed_last(thread, last_place_->at);
    last_place_->at = now;
    last_place_->in_call = true;
  }
  return Interest::Usual;
}

Interest StepObserver::step(Thread& thread, Place& place, Address now) {
  if (std::exchange(place.in_call, false) && now == place.at) return Interest::None;
  if (now == place.at) {
    if (place.repeats != now && repeats_at(thread, now)) place.repeats = now;
    if (place.repeats == now) {
      repeated(thread, now);
      return Interest::None;
    }
  }
  const auto before = place.at;
  place.at = now;
  const bool enough = executed(thread, before, now);
  return enough || stop_at_ == now ? Interest::Stop : Interest::None;
}

void StepObserver::born(const Thread& thread, Thread& maker) {
  if (!watches(maker)) return;
  at_[thread.id().tid] = {maker.registers().pc().value_or(Address{}), true, std::nullopt};
  last_place_ = nullptr;
}

void StepObserver::ended(const Thread& thread, bool killed) {
  const auto known = at_.find(thread.id().tid);
  if (known == at_.end()) return;
  if (!killed) executed_last(thread, known->second.at);
  at_.erase(known);
  last_place_ = nullptr;
}

}  // namespace target::observers
