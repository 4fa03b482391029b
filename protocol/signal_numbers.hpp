#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "target/types/signal.hpp"

namespace protocol {

/// How the signals of one connection are numbered. gdb always uses its own, host-independent numbers;
/// lldb uses the kernel's as soon as the server accepts QThreadSuffixSupported.
enum class SignalNumbering { Gdb, Native };

/// The number that stands for a kernel signal on the wire; gdb's 143 ("unknown") if it has none there.
int to_wire(target::Signal signal, SignalNumbering numbering);

/// Nothing if no kernel signal has that number on the wire. 0 is "no signal".
std::optional<target::Signal> from_wire(unsigned number, SignalNumbering numbering);

/// SIGSEGV and so on; real-time signals as SIG35.
std::string_view signal_name(target::Signal signal);

inline constexpr int last_kernel_signal = 64;

/// What a debugger does with a signal unless it is told otherwise.
struct SignalHandling {
  bool suppress = false;  ///< the program does not get it
  bool stop = true;
  bool notify = true;     ///< the user is told
};
SignalHandling handling_of(target::Signal signal);
/// In a few words for a person.
std::string_view signal_meaning(target::Signal signal);
/// The same as signal_name, but for real-time signals: SIGRTMIN+1, SIGRTMAX-1.
std::string lldb_signal_name(target::Signal signal);

}  // namespace protocol
