#include "tools/syscalls/signals.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "tools/syscalls/names.hpp"

namespace tools::syscalls {

namespace {

struct Code {
  int signal;  // 0: any
  int code;
  std::string_view name;
};

#define CODE(signal, code) Code{signal, code, #code}
constexpr std::array codes{
    CODE(0, SI_USER), CODE(0, SI_KERNEL), CODE(0, SI_QUEUE), CODE(0, SI_TIMER), CODE(0, SI_MESGQ), CODE(0, SI_ASYNCIO), CODE(0, SI_SIGIO),
    CODE(0, SI_TKILL), CODE(SIGCHLD, CLD_EXITED), CODE(SIGCHLD, CLD_KILLED), CODE(SIGCHLD, CLD_DUMPED), CODE(SIGCHLD, CLD_TRAPPED),
    CODE(SIGCHLD, CLD_STOPPED), CODE(SIGCHLD, CLD_CONTINUED), CODE(SIGSEGV, SEGV_MAPERR), CODE(SIGSEGV, SEGV_ACCERR),
    CODE(SIGSEGV, SEGV_BNDERR), CODE(SIGSEGV, SEGV_PKUERR), CODE(SIGBUS, BUS_ADRALN), CODE(SIGBUS, BUS_ADRERR), CODE(SIGBUS, BUS_OBJERR),
    CODE(SIGILL, ILL_ILLOPC), CODE(SIGILL, ILL_ILLOPN), CODE(SIGILL, ILL_ILLADR), CODE(SIGILL, ILL_ILLTRP), CODE(SIGILL, ILL_PRVOPC),
    CODE(SIGFPE, FPE_INTDIV), CODE(SIGFPE, FPE_INTOVF), CODE(SIGFPE, FPE_FLTDIV), CODE(SIGFPE, FPE_FLTOVF), CODE(SIGFPE, FPE_FLTUND),
    CODE(SIGFPE, FPE_FLTRES), CODE(SIGFPE, FPE_FLTINV), CODE(SIGTRAP, TRAP_BRKPT), CODE(SIGTRAP, TRAP_TRACE), CODE(SIGTRAP, TRAP_HWBKPT)};
#undef CODE

std::string code_in_words(int signal, int code) {
  const auto found = std::find_if(codes.begin(), codes.end(), [=](const Code& known) {
    return known.code == code && (known.signal == 0 || known.signal == signal);
  });
  return found != codes.end() ? std::string(found->name) : std::to_string(code);
}

bool is_fault(int signal) { return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE; }

}  // namespace

std::string describe_signal(std::span<const std::byte> siginfo) {
  siginfo_t info{};
  std::memcpy(&info, siginfo.data(), std::min(siginfo.size(), sizeof info));
  const auto code = code_in_words(info.si_signo, info.si_code);
  if (info.si_code <= 0)
    return fmt::format("{{si_signo={}, si_code={}, si_pid={}, si_uid={}}}", signal_in_words(info.si_signo), code, info.si_pid, info.si_uid);
  if (info.si_signo == SIGCHLD)
    return fmt::format("{{si_signo=SIGCHLD, si_code={}, si_pid={}, si_uid={}, si_status={}}}", code, info.si_pid, info.si_uid,
                       info.si_code == CLD_EXITED ? std::to_string(info.si_status) : signal_in_words(info.si_status));
  if (is_fault(info.si_signo) && info.si_code != SI_KERNEL)
    return fmt::format("{{si_signo={}, si_code={}, si_addr={}}}", signal_in_words(info.si_signo), code,
                       info.si_addr == nullptr ? "NULL" : fmt::format("{}", info.si_addr));
  return fmt::format("{{si_signo={}, si_code={}}}", signal_in_words(info.si_signo), code);
}

}  // namespace tools::syscalls
