#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "target/inferiors.hpp"

namespace tools {

/// Programs that stand still, for a debugger that may come to look at them.
struct Held {
  target::Inferiors& inferiors;
  target::StopEvent stop;         ///< why they do
  target::StopListener& owner;    ///< hears of what they do meanwhile
  std::string address;            ///< HOST:PORT to wait at; port 0: any free one
  std::chrono::seconds time{};    ///< without a debugger; 0: for ever
  int until = -1;                 ///< the wait ends as soon as this can be read
  std::function<void(const std::string& port)> opened;  ///< called once debuggers can come
};

/// Returns when nobody has come for the time, or when the debugger has detached, killed the programs or seen them end. What
/// is left stands still again. A failure if there can be no port.
using DebugPort = std::function<target::Result<void>(const Held&)>;

}  // namespace tools
