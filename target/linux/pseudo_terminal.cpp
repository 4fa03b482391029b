#include "target/linux/pseudo_terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

namespace target::linux {

// The other end comes from the first one and not from its path: a container may lack /dev/pts.
Result<PseudoTerminal> open_pseudo_terminal() {
  PseudoTerminal terminal;
  terminal.ours = FileDescriptor(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!terminal.ours || unlockpt(terminal.ours.get()) != 0)
    return system_failure("cannot open a terminal for the program (/dev/ptmx); redirect its input and output to files");
  terminal.programs = FileDescriptor(ioctl(terminal.ours.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.programs) return system_failure("cannot open the program's end of its terminal");
  return terminal;
}

}  // namespace target::linux
