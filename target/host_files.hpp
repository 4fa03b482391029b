#pragma once

#include "target/linux/file_system.hpp"

namespace target {

/// The files of the machine that the inferiors run on, for whoever works above this folder.
using HostFileSystem = linux::FileSystem;
using linux::FileDescriptor;

}  // namespace target
