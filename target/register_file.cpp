#include "target/register_file.hpp"

#include <sys/user.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "target/arch/amd64/extended_state.hpp"
#include "target/arch/amd64/system_calls.hpp"
#include "target/arch/amd64/x87_tag_word.hpp"
#include "target/linux/ptrace.hpp"

namespace target {
namespace {

namespace amd64 = arch::amd64;

template <class Bank>
void mark_component(Bank& extended, std::uint8_t component) {
  // A component whose bit is clear is in its initial state, whatever the area holds.
  std::uint64_t present = 0;
  std::byte* const field = extended.bytes.data() + amd64::xstate_bv_offset;
  std::memcpy(&present, field, sizeof present);
  present |= std::uint64_t{1} << component;
  std::memcpy(field, &present, sizeof present);
}

// No register is longer than the upper half of a zmm.
constexpr std::size_t longest_register = 32;

/// The wire value extended or cut to what its home holds.
std::array<std::byte, longest_register> as_stored(const RegisterSpec& spec, std::span<const std::byte> wire) {
  const bool negative = spec.sign_extended && (wire.back() & std::byte{0x80}) != std::byte{};
  std::array<std::byte, longest_register> stored;
  stored.fill(negative ? std::byte{0xff} : std::byte{});
  std::memcpy(stored.data(), wire.data(), std::min<std::size_t>(spec.home_bytes, wire.size()));
  return stored;
}

}  // namespace

Result<void> RegisterFile::load_general() {
  if (general_.loaded) return {};
  general_.bytes.resize(sizeof(user_regs_struct));
  auto done = linux::get_general_registers(tid_, general_.bytes);
  general_.loaded = done.has_value();
  return done;
}

Result<void> RegisterFile::load_extended() {
  if (extended_.loaded) return {};
  extended_.bytes.assign(amd64::extended_state_bytes(), std::byte{});
  auto got = linux::get_extended_state(tid_, extended_.bytes);
  if (!got) return tl::unexpected(got.error());
  extended_.loaded = true;
  return {};
}

Result<void> RegisterFile::load(const RegisterSpec& spec) {
  return spec.home == RegisterHome::General ? load_general() : load_extended();
}

void RegisterFile::copy_out(const RegisterSpec& spec, std::span<std::byte> into) const {
  if (spec.home == RegisterHome::X87TagWord) {
    const std::uint16_t full = amd64::full_tag_word(extended_.bytes);
    std::fill(into.begin(), into.end(), std::byte{});
    std::memcpy(into.data(), &full, sizeof full);
    return;
  }
  const auto& bytes = spec.home == RegisterHome::General ? general_.bytes : extended_.bytes;
  const std::size_t stored = std::min<std::size_t>(spec.home_bytes, into.size());
  std::memcpy(into.data(), bytes.data() + spec.offset, stored);
  std::fill(into.begin() + static_cast<std::ptrdiff_t>(stored), into.end(), std::byte{});
}

void RegisterFile::copy_in(const RegisterSpec& spec, std::span<const std::byte> from) {
  Bank& bank = spec.home == RegisterHome::General ? general_ : extended_;
  std::byte* const to = bank.bytes.data() + spec.offset;
  if (spec.home == RegisterHome::X87TagWord) {
    std::uint16_t full = 0;
    std::memcpy(&full, from.data(), sizeof full);
    *to = std::byte{amd64::abridged_tag_word(full)};
  } else {
    const auto stored = as_stored(spec, from);
    if (std::memcmp(to, stored.data(), spec.home_bytes) == 0) return;
    std::memcpy(to, stored.data(), spec.home_bytes);
  }
  bank.dirty = true;
  if (&bank == &extended_) mark_component(extended_, spec.component);
}

Result<void> RegisterFile::read(const RegisterSpec& spec, std::span<std::byte> into) {
  if (auto loaded = load(spec); !loaded) return loaded;
  copy_out(spec, into);
  return {};
}

Result<void> RegisterFile::write(const RegisterSpec& spec, std::span<const std::byte> from) {
  if (auto loaded = load(spec); !loaded) return loaded;
  copy_in(spec, from);
  return write_back();
}

Result<void> RegisterFile::read_all(std::span<std::byte> into) {
  if (auto loaded = load_general(); !loaded) return loaded;
  if (auto loaded = load_extended(); !loaded) return loaded;
  for (std::size_t i = 0; i < layout_->registers.size() && layout_->wire_offsets[i] < into.size(); ++i) {
    const auto& spec = layout_->registers[i];
    copy_out(spec, into.subspan(layout_->wire_offsets[i], spec.bytes()));
  }
  return {};
}

Result<void> RegisterFile::write_all(std::span<const std::byte> from) {
  if (auto loaded = load_general(); !loaded) return loaded;
  if (auto loaded = load_extended(); !loaded) return loaded;
  for (std::size_t i = 0; i < layout_->registers.size() && layout_->wire_offsets[i] < from.size(); ++i) {
    const auto& spec = layout_->registers[i];
    copy_in(spec, from.subspan(layout_->wire_offsets[i], spec.bytes()));
  }
  return write_back();
}

Result<user_regs_struct*> RegisterFile::general_for_change() {
  if (auto loaded = load_general(); !loaded) return tl::unexpected(loaded.error());
  general_.dirty = true;
  return reinterpret_cast<user_regs_struct*>(general_.bytes.data());
}

Result<Address> RegisterFile::pc() {
  if (auto loaded = load_general(); !loaded) return tl::unexpected(loaded.error());
  Address pc;
  std::memcpy(&pc.value, general_.bytes.data() + offsetof(user_regs_struct, rip), sizeof pc.value);
  return pc;
}

Result<void> RegisterFile::set_pc(Address pc) {
  if (auto loaded = load_general(); !loaded) return loaded;
  std::memcpy(general_.bytes.data() + offsetof(user_regs_struct, rip), &pc.value, sizeof pc.value);
  general_.dirty = true;
  return {};
}

Result<int> RegisterFile::system_call() {
  if (auto loaded = load_general(); !loaded) return tl::unexpected(loaded.error());
  std::uint64_t number = 0;
  std::memcpy(&number, general_.bytes.data() + offsetof(user_regs_struct, orig_rax), sizeof number);
  return static_cast<int>(number);
}

Result<void> RegisterFile::forget_system_call() {
  const auto registers = general_for_change();
  if (!registers) return tl::unexpected(registers.error());
  (*registers)->orig_rax = ~0ull;
  return {};
}

Result<void> RegisterFile::make_ended_call_again() {
  if (auto loaded = load_general(); !loaded) return loaded;
  user_regs_struct registers{};
  std::memcpy(&registers, general_.bytes.data(), sizeof registers);
  if (!amd64::ended_by_stop(registers)) return {};
  registers.rax = amd64::made_again_unless_handled;
  std::memcpy(general_.bytes.data(), &registers, sizeof registers);
  general_.dirty = true;
  return {};
}

Result<void> RegisterFile::write_back() {
  Result<void> outcome;
  if (general_.dirty) outcome = linux::set_general_registers(tid_, general_.bytes);
  if (extended_.dirty && outcome) outcome = linux::set_extended_state(tid_, extended_.bytes);
  general_.dirty = extended_.dirty = false;
  // What was refused is not what the thread has.
  if (!outcome) general_.loaded = extended_.loaded = false;
  return outcome;
}

Result<void> RegisterFile::flush() {
  auto outcome = write_back();
  general_.loaded = extended_.loaded = false;
  return outcome;
}

}  // namespace target
