#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/linux/child_events.hpp"
#include "target/linux/pseudo_terminal.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target::linux {

/// Where a program's standard input, output and errors are.
struct Stdio {
  /// What ours are not, since they carry the connection: its input is /dev/null and its output our stderr.
  bool ours_are_taken = false;
  /// Streams without a file are a new pseudo-terminal, that of a session of its own.
  bool own_terminal = false;
  std::string in, out, err;  ///< files, made if need be, or terminals; "": none, so as above, or ours
  /// It stays in our process group: what is typed at the terminal to interrupt one is for both.
  bool same_group = false;

  bool needs_terminal() const { return own_terminal && (in.empty() || out.empty() || err.empty()); }
};

/// A program to start.
struct LaunchSpec {
  std::string program;                 ///< a path, or a name to be found like execvp does
  std::vector<std::string> arguments;  ///< without argv[0]
  std::vector<std::string> environment;
  std::string working_directory;       ///< "": ours
  bool disable_randomization = true;
  Stdio stdio;
  /// A program that sets the stage and then executes what is given to it as its last arguments.
  std::vector<std::string> wrapper;
  /// A shell that is to execute all that, and sets its own stage before; "": none.
  std::string shell;
  bool shell_expands = false;          ///< arguments are given to the shell as they are
  /// Names of the system calls at whose entry it, and whatever it starts, stops by a seccomp filter: see
  /// SeccompFilter. None: there is no filter.
  std::vector<std::string> stops_at_calls;
};

struct Launched {
  Pid pid;
  /// True if address space randomization was to be off and the kernel refused (seccomp filters of
  /// container runtimes often do); the program runs all the same.
  bool still_randomized = false;
  std::optional<PseudoTerminal> terminal;  ///< of its own
};

/// Starts the program, seized, and returns when it stands at its first instruction, in the
/// PTRACE_EVENT_EXEC stop. It dies with this server.
Result<Launched> launch(const LaunchSpec& spec, ChildEvents& events);

/// Gives the terminal's foreground back to our own process group if a program that we started has it, or if we lead
/// the session. Otherwise whoever has it gets SIGHUP when such a server ends: programs that had been let go, and
/// children that outlive them.
void take_terminal_back();

}  // namespace target::linux
