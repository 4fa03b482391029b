#include "protocol/signal_numbers.hpp"

#include <array>
#include <string>

namespace protocol {
namespace {

constexpr int first_realtime_signal = 34;  // of those that the C library leaves to programs
constexpr int gdb_unknown = 143;

constexpr SignalHandling suppressed{.suppress = true};
constexpr SignalHandling silent{.stop = false, .notify = false};
constexpr SignalHandling noted{.stop = false};

struct Row {
  int kernel;
  int gdb;
  std::string_view name;
  std::string_view meaning;
  SignalHandling handling = {};
};

// The first column is Linux on x86 (signal(7)), the second one gdb's include/gdb/signals.def, the last one what
// lldb does by itself.
constexpr std::array standard_signals{
    Row{SIGHUP, 1, "SIGHUP", "hangup"},
    Row{SIGINT, 2, "SIGINT", "interrupt", suppressed},
    Row{SIGQUIT, 3, "SIGQUIT", "quit"},
    Row{SIGILL, 4, "SIGILL", "illegal instruction"},
    Row{SIGTRAP, 5, "SIGTRAP", "trap of a debugger", suppressed},
    Row{SIGABRT, 6, "SIGABRT", "abort"},
    Row{SIGBUS, 10, "SIGBUS", "bus error"},
    Row{SIGFPE, 8, "SIGFPE", "arithmetic error"},
    Row{SIGKILL, 9, "SIGKILL", "kill"},
    Row{SIGUSR1, 30, "SIGUSR1", "for the program to define"},
    Row{SIGSEGV, 11, "SIGSEGV", "segmentation violation"},
    Row{SIGUSR2, 31, "SIGUSR2", "for the program to define"},
    Row{SIGPIPE, 13, "SIGPIPE", "pipe without a reader"},
    Row{SIGALRM, 14, "SIGALRM", "alarm", silent},
    Row{SIGTERM, 15, "SIGTERM", "request to end"},
    Row{SIGSTKFLT, gdb_unknown, "SIGSTKFLT", "stack fault"},
    Row{SIGCHLD, 20, "SIGCHLD", "a child has changed its state", noted},
    Row{SIGCONT, 19, "SIGCONT", "process continues", noted},
    Row{SIGSTOP, 17, "SIGSTOP", "process stops", suppressed},
    Row{SIGTSTP, 18, "SIGTSTP", "terminal stop"},
    Row{SIGTTIN, 21, "SIGTTIN", "background process reads from its terminal"},
    Row{SIGTTOU, 22, "SIGTTOU", "background process writes to its terminal"},
    Row{SIGURG, 16, "SIGURG", "urgent data on a socket"},
    Row{SIGXCPU, 24, "SIGXCPU", "limit of processor time"},
    Row{SIGXFSZ, 25, "SIGXFSZ", "limit of file size"},
    Row{SIGVTALRM, 26, "SIGVTALRM", "virtual time alarm"},
    Row{SIGPROF, 27, "SIGPROF", "profiling alarm", silent},
    Row{SIGWINCH, 28, "SIGWINCH", "terminal has another size"},
    Row{SIGIO, 23, "SIGIO", "input or output is possible"},
    Row{SIGPWR, 32, "SIGPWR", "power failure"},
    Row{SIGSYS, 12, "SIGSYS", "bad system call"},
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

SignalHandling handling_of(target::Signal signal) {
  for (const auto& row : standard_signals)
    if (row.kernel == signal.number) return row.handling;
  return silent;
}

std::string_view signal_meaning(target::Signal signal) {
  for (const auto& row : standard_signals)
    if (row.kernel == signal.number) return row.meaning;
  return signal.number < first_realtime_signal ? "internal signal of the C library" : "real-time signal";
}

std::string lldb_signal_name(target::Signal signal) {
  constexpr int middle = 49;
  const int number = signal.number;
  if (number < first_realtime_signal) return std::string(signal_name(signal));
  const bool lower = number <= middle;
  const int distance = lower ? number - first_realtime_signal : last_kernel_signal - number;
  const std::string end = lower ? "SIGRTMIN" : "SIGRTMAX";
  return distance == 0 ? end : end + (lower ? "+" : "-") + std::to_string(distance);
}

}  // namespace protocol
