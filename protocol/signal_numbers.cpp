#include "protocol/signal_numbers.hpp"

#include <array>
#include <string>

namespace protocol {
namespace {

constexpr int last_kernel_signal = 64;
constexpr int gdb_unknown = 143;

struct Row {
  int kernel;
  int gdb;
  std::string_view name;
};

// The left column is Linux on x86 (signal(7)), the middle one gdb's include/gdb/signals.def.
constexpr std::array standard_signals{
    Row{SIGHUP, 1, "SIGHUP"},     Row{SIGINT, 2, "SIGINT"},       Row{SIGQUIT, 3, "SIGQUIT"},
    Row{SIGILL, 4, "SIGILL"},     Row{SIGTRAP, 5, "SIGTRAP"},     Row{SIGABRT, 6, "SIGABRT"},
    Row{SIGBUS, 10, "SIGBUS"},    Row{SIGFPE, 8, "SIGFPE"},       Row{SIGKILL, 9, "SIGKILL"},
    Row{SIGUSR1, 30, "SIGUSR1"},  Row{SIGSEGV, 11, "SIGSEGV"},    Row{SIGUSR2, 31, "SIGUSR2"},
    Row{SIGPIPE, 13, "SIGPIPE"},  Row{SIGALRM, 14, "SIGALRM"},    Row{SIGTERM, 15, "SIGTERM"},
    Row{SIGSTKFLT, gdb_unknown, "SIGSTKFLT"},
    Row{SIGCHLD, 20, "SIGCHLD"},  Row{SIGCONT, 19, "SIGCONT"},    Row{SIGSTOP, 17, "SIGSTOP"},
    Row{SIGTSTP, 18, "SIGTSTP"},  Row{SIGTTIN, 21, "SIGTTIN"},    Row{SIGTTOU, 22, "SIGTTOU"},
    Row{SIGURG, 16, "SIGURG"},    Row{SIGXCPU, 24, "SIGXCPU"},    Row{SIGXFSZ, 25, "SIGXFSZ"},
    Row{SIGVTALRM, 26, "SIGVTALRM"}, Row{SIGPROF, 27, "SIGPROF"}, Row{SIGWINCH, 28, "SIGWINCH"},
    Row{SIGIO, 23, "SIGIO"},      Row{SIGPWR, 32, "SIGPWR"},      Row{SIGSYS, 12, "SIGSYS"},
};

// Real-time signals: 33..63 are 45..75, and the two ends stand apart for historical reasons.
constexpr int to_gdb_realtime(int kernel) {
  if (kernel == 32) return 77;
  if (kernel == 64) return 78;
  return kernel - 33 + 45;
}

constexpr auto kernel_to_gdb = [] {
  std::array<int, last_kernel_signal + 1> table{};
  for (const auto& row : standard_signals) table[static_cast<std::size_t>(row.kernel)] = row.gdb;
  for (int kernel = 32; kernel <= last_kernel_signal; ++kernel)
    table[static_cast<std::size_t>(kernel)] = to_gdb_realtime(kernel);
  return table;
}();

}  // namespace

int to_wire(target::Signal signal, SignalNumbering numbering) {
  if (numbering == SignalNumbering::Native) return signal.number;
  if (signal.number < 0 || signal.number > last_kernel_signal) return gdb_unknown;
  return kernel_to_gdb[static_cast<std::size_t>(signal.number)];
}

std::optional<target::Signal> from_wire(unsigned number, SignalNumbering numbering) {
  if (number == 0) return target::Signal{};
  if (numbering == SignalNumbering::Native)
    return number <= last_kernel_signal ? std::optional(target::Signal{static_cast<int>(number)})
                                        : std::nullopt;
  if (number == gdb_unknown) return std::nullopt;
  for (int kernel = 1; kernel <= last_kernel_signal; ++kernel)
    if (kernel_to_gdb[static_cast<std::size_t>(kernel)] == static_cast<int>(number))
      return target::Signal{kernel};
  return std::nullopt;
}

std::string_view signal_name(target::Signal signal) {
  static const auto names = [] {
    std::array<std::string, last_kernel_signal + 1> table;
    for (int kernel = 0; kernel <= last_kernel_signal; ++kernel)
      table[static_cast<std::size_t>(kernel)] = "SIG" + std::to_string(kernel);
    for (const auto& row : standard_signals) table[static_cast<std::size_t>(row.kernel)] = row.name;
    return table;
  }();
  if (signal.number < 0 || signal.number > last_kernel_signal) return "unknown signal";
  return names[static_cast<std::size_t>(signal.number)];
}

}  // namespace protocol
