#pragma once

#include "target/linux/spawn.hpp"

namespace target {

/// Programs that are started to do something, for whoever works above this folder.
using linux::await_end;
using linux::ProgramEnd;
using linux::kill_group;
using linux::make_pipe;
using linux::PipeEnds;
using linux::reap;
using linux::spawn;
using linux::SpawnSpec;

}  // namespace target
