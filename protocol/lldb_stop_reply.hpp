#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/features.hpp"
#include "protocol/stop_reply.hpp"
#include "target/types/stop_event.hpp"

namespace protocol {

/// What lldb is told of a thread that stands still.
struct StoppedThread {
  target::ThreadId thread;
  std::string name;
  std::optional<target::StopCause> cause;  ///< nothing if it stands only because others do
  std::string fault;                       ///< of a signal: what was wrong, in words; may be empty
  std::vector<ExpeditedRegister> registers;
  /// Memory that the client will ask for next: what lies on top of the stack.
  struct Memory {
    target::Address address;
    std::vector<std::byte> bytes;
  };
  Memory memory;
};

/// A thread of the process that stopped, for the lists.
struct ThreadPlace {
  target::Tid tid;
  std::optional<target::Address> pc;
};

/// The payload that tells lldb of a stop, or of one thread's part in it:
///
///     stop = "T" signal "thread:" thread-id ";name:" name ";"
///            [ "threads:" tid *( "," tid ) ";thread-pcs:" pc *( "," pc ) ";jstopinfo:" hex-json ";" ]
///            *( register ":" value ";" ) [ "memory:0x" address "=" hex ";" ] [ "reason:" word ";" ] [ "description:" hex ";" ] [ "fork:" thread-id ";" ]
///
/// Signals are the kernel's. Register numbers have two digits, or lldb passes over them.
///
/// \param places  every thread of the process, if the client wants lists
/// \param others  those of them that have something to tell
std::string lldb_stop_reply(const StoppedThread& stopped, std::span<const ThreadPlace> places,
                            std::span<const StoppedThread> others, const Features& agreed);

/// lldb's word for the cause; "" where there is none.
std::string_view reason_word(const target::StopCause& cause);

/// What a person reads beside the reason; "" where the client finds its own words.
std::string describe(const StoppedThread& stopped);

/// The kernel's number of the signal that stands for the cause.
int signal_number(const target::StopCause& cause);

}  // namespace protocol
