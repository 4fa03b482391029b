#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/linux/file_descriptor.hpp"
#include "target/types/ids.hpp"
#include "target/types/result.hpp"

/// Programs that are started to do something, not to be debugged.
namespace target::linux {

struct SpawnSpec {
  std::string program;                 ///< a path
  std::vector<std::string> arguments;  ///< with argv[0]
  std::string folder;                  ///< "": ours
  int output = -1;                     ///< stdout and stderr; -1: /dev/null, as stdin always is
  std::vector<int> inherited;          ///< descriptors that it keeps, under the same numbers
};

/// Starts the program in a session of its own.
Result<Pid> spawn(const SpawnSpec& spec);

struct ProgramEnd {
  int code = 0;
  int signal = 0;  ///< 0: it exited by itself
};
/// How a child of ours ended, which ends its being a zombie; nothing if it has not.
std::optional<ProgramEnd> reap(Pid pid);
/// The same when it is known to end soon: after SIGKILL.
void await_end(Pid pid);

/// Kills the child and all that it has started in its session's first group.
void kill_group(Pid pid);

/// A pipe whose ends no program gets unless told so.
struct PipeEnds {
  FileDescriptor read;
  FileDescriptor write;
};
Result<PipeEnds> make_pipe();

}  // namespace target::linux
