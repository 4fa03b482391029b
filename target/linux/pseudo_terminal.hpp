#pragma once

#include "target/linux/file_descriptor.hpp"
#include "target/types/result.hpp"

namespace target::linux {

/// A pseudo-terminal; both ends are closed by an exec.
struct PseudoTerminal {
  /// The end where the program's output is read and its input written; reading and writing never wait. With no
  /// `programs` end open anywhere, reading fails with EIO.
  FileDescriptor ours;
  /// What a program has as its terminal.
  FileDescriptor programs;
};

/// \return an error where there is no /dev/ptmx, or no pseudo-terminal left
Result<PseudoTerminal> open_pseudo_terminal();

}  // namespace target::linux
