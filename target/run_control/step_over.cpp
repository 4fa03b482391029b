#include "target/run_control/step_over.hpp"

#include <sys/user.h>

#include <csignal>
#include <cstring>

namespace target::run_control {

bool move_home(RegisterFile& registers, const arch::amd64::Displaced& copy) {
  const auto general = registers.general_for_change();
  if (!general) return false;
  user_regs_struct& values = **general;
  const Address pc{values.rip};
  values.rip = copy.at_home(pc).value;
  if (copy.is_syscall() && values.rcx == copy.behind().value) values.rcx = copy.home_return().value;
  return pc != copy.away();
}

void return_home(RegisterFile& registers, AddressSpace& space, const arch::amd64::Displaced& copy) {
  const auto general = registers.general_for_change();
  const std::uint64_t address = copy.home_return().value;
  if (general) (void)space.write(Address{(*general)->rsp}, std::as_bytes(std::span(&address, 1)));
}

void name_home(Thread& thread, const arch::amd64::Displaced& copy) {
  auto raw = thread.siginfo();
  if (!raw) return;
  siginfo_t info;
  std::memcpy(&info, raw->data(), sizeof info);
  const Address named{reinterpret_cast<std::uint64_t>(info.si_addr)};
  if (info.si_code <= 0 || named < copy.away() || !(named < copy.behind())) return;
  info.si_addr = reinterpret_cast<void*>(copy.home().value + (named - copy.away()));
  std::memcpy(raw->data(), &info, sizeof info);
  (void)thread.set_siginfo(*raw);
}

bool raised_by_instruction(const HeldSignal& held) {
  siginfo_t info;
  std::memcpy(&info, held.info.data(), sizeof info);
  switch (held.signal.number) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
      return info.si_code > 0;
    default:
      return false;
  }
}

}  // namespace target::run_control
