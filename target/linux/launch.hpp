#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/linux/child_events.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target::linux {

/// A program to start.
struct LaunchSpec {
  std::string program;                 ///< a path, or a name to be found like execvp does
  std::vector<std::string> arguments;  ///< without argv[0]
  std::vector<std::string> environment;
  std::string working_directory;       ///< "": ours
  bool disable_randomization = true;
  bool own_terminal = true;            ///< false: stdin is /dev/null and stdout goes to our stderr
  /// A program that sets the stage and then executes what is given to it as its last arguments.
  std::vector<std::string> wrapper;
  /// A shell that is to execute all that, and sets its own stage before; "": none.
  std::string shell;
  bool shell_expands = false;          ///< arguments are given to the shell as they are
};

struct Launched {
  Pid pid;
  /// True if address space randomization was to be off and the kernel refused (seccomp filters of
  /// container runtimes often do); the program runs all the same.
  bool still_randomized = false;
};

/// Starts the program, seized, and returns when it stands at its first instruction, in the
/// PTRACE_EVENT_EXEC stop. It dies with this server.
Result<Launched> launch(const LaunchSpec& spec, ChildEvents& events);

/// Gives the terminal's foreground back to our own process group if a program that we started has it, or if we lead
/// the session. Otherwise whoever has it gets SIGHUP when such a server ends: programs that had been let go, and
/// children that outlive them.
void take_terminal_back();

}  // namespace target::linux
