#include "target/signal_words.hpp"

#include <signal.h>

#include <array>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace target {
namespace {

struct Meaning {
  int signal;
  int code;  ///< si_code, sigaction(2)
  std::string_view words;
  bool names_address = false;
};

constexpr std::array meanings{
    Meaning{SIGSEGV, SEGV_MAPERR, "address not mapped to object", true},
    Meaning{SIGSEGV, SEGV_ACCERR, "invalid permissions for mapped object", true},
    Meaning{SIGSEGV, SEGV_BNDERR, "failed address bounds checks", true},
    Meaning{SIGSEGV, SEGV_PKUERR, "protected by a memory protection key", true},
    // A general protection fault: the kernel does not know the address (a non-canonical one, usually).
    Meaning{SIGSEGV, SI_KERNEL, "invalid address", true},
    Meaning{SIGBUS, BUS_ADRALN, "illegal alignment"},
    Meaning{SIGBUS, BUS_ADRERR, "illegal address", true},
    Meaning{SIGBUS, BUS_OBJERR, "hardware error"},
    Meaning{SIGBUS, BUS_MCEERR_AR, "hardware memory error, action required", true},
    Meaning{SIGBUS, BUS_MCEERR_AO, "hardware memory error, action optional", true},
    Meaning{SIGILL, ILL_ILLOPC, "illegal opcode"},
    Meaning{SIGILL, ILL_ILLOPN, "illegal operand"},
    Meaning{SIGILL, ILL_ILLADR, "illegal addressing mode"},
    Meaning{SIGILL, ILL_ILLTRP, "illegal trap"},
    Meaning{SIGILL, ILL_PRVOPC, "privileged opcode"},
    Meaning{SIGILL, ILL_PRVREG, "privileged register"},
    Meaning{SIGILL, ILL_COPROC, "coprocessor error"},
    Meaning{SIGILL, ILL_BADSTK, "internal stack error"},
    Meaning{SIGFPE, FPE_INTDIV, "integer divide by zero"},
    Meaning{SIGFPE, FPE_INTOVF, "integer overflow"},
    Meaning{SIGFPE, FPE_FLTDIV, "floating point divide by zero"},
    Meaning{SIGFPE, FPE_FLTOVF, "floating point overflow"},
    Meaning{SIGFPE, FPE_FLTUND, "floating point underflow"},
    Meaning{SIGFPE, FPE_FLTRES, "floating point inexact result"},
    Meaning{SIGFPE, FPE_FLTINV, "invalid floating point operation"},
    Meaning{SIGFPE, FPE_FLTSUB, "subscript out of range"},
};

}  // namespace

std::string describe_fault(Signal signal, std::span<const std::byte> siginfo) {
  siginfo_t info{};
  if (siginfo.size() < sizeof info) return {};
  std::memcpy(&info, siginfo.data(), sizeof info);
  for (const auto& meaning : meanings) {
    if (meaning.signal != signal.number || meaning.code != info.si_code) continue;
    if (!meaning.names_address) return std::string(meaning.words);
    return fmt::format("{} (fault address: {:#x})", meaning.words, reinterpret_cast<std::uintptr_t>(info.si_addr));
  }
  return {};
}

}  // namespace target
