#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/register_spec.hpp"
#include "target/types/result.hpp"

struct user_regs_struct;

namespace target {

/// The registers of one stopped thread, read from the kernel when first asked for. What a client writes goes
/// to the kernel at once, which may refuse it (a segment selector, say); the pc that we move back behind a
/// trap is always valid and waits for flush().
class RegisterFile {
 public:
  RegisterFile(Tid tid, const RegisterLayout& layout) : tid_(tid), layout_(&layout) {}

  const RegisterLayout& layout() const { return *layout_; }

  /// `into` has the register's size on the wire.
  Result<void> read(const RegisterSpec& spec, std::span<std::byte> into);
  Result<void> write(const RegisterSpec& spec, std::span<const std::byte> from);
  /// All of them, wire_bytes long, or the first undescribed_bytes.
  Result<void> read_all(std::span<std::byte> into);
  Result<void> write_all(std::span<const std::byte> from);

  /// struct user_regs_struct; what is changed in it goes to the kernel with the next flush().
  Result<user_regs_struct*> general_for_change();

  Result<Address> pc();
  Result<void> set_pc(Address pc);

  /// The number of the system call that the thread is in (orig_rax), or -1.
  Result<int> system_call();

  /// Has the kernel not make a system call again that the thread was interrupted in: the pc is about to be moved away
  /// from it. Done by the next flush().
  Result<void> forget_system_call();

  /// Has a system call that a stop has just ended with EINTR made again by the next flush(), unless a handler runs.
  Result<void> make_ended_call_again();

  /// Writes a moved pc back to the kernel and forgets the rest. To be called before the thread runs.
  Result<void> flush();

 private:
  struct Bank {
    std::vector<std::byte> bytes;
    bool loaded = false;
    bool dirty = false;
  };

  Result<void> load_general();
  Result<void> load_extended();
  Result<void> load(const RegisterSpec& spec);
  void copy_out(const RegisterSpec& spec, std::span<std::byte> into) const;
  Result<void> write_back();
  void copy_in(const RegisterSpec& spec, std::span<const std::byte> from);

  Tid tid_;
  const RegisterLayout* layout_;
  Bank general_;
  Bank extended_;
};

}  // namespace target
