#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/signal_numbers.hpp"

namespace protocol {

/// The longest packet in either direction, framing not counted. Memory and file transfers fill it.
inline constexpr std::size_t packet_size = 0x40000;

/// Whose extensions a client speaks where gdb's and lldb's contradict each other.
enum class Dialect { Gdb, Lldb };

/// What both ends of one connection have agreed on.
struct Features {
  Dialect dialect = Dialect::Gdb;
  bool thread_suffix = false;   ///< lldb: requests may end with the thread they are meant for
  bool threads_in_stops = false;  ///< lldb: a stop tells of all threads of its process
  bool multiprocess = false;
  bool swbreak = false;
  bool hwbreak = false;
  bool exec_events = false;
  bool fork_events = false;
  bool vfork_events = false;
  bool no_resumed = false;
  /// It reads the target description, or has done so: g and G are as that says. All others get what gdb
  /// expects of a server that describes nothing.
  bool xml_registers = false;
  bool error_message = false;   ///< gdb 16: E.text wherever an error may be
  bool error_strings = false;   ///< lldb: Exx;hex text
  /// lldb up to 19 asks x0,0 first and then wants the bytes bare; everybody else wants a "b" before them.
  bool bare_binary_reads = false;
  bool detailed_stops = true;   ///< T replies; else S, with the signal alone
  bool thread_in_stops = true;  ///< T replies name the thread
  SignalNumbering signals = SignalNumbering::Gdb;

  bool operator==(const Features&) const = default;
};

/// Takes over what the client says it can do:
///
///     qSupported [ ":" | ";" ] [ term *( ";" term ) ]     term = name "+" | name "-" | name "?" | name "=" value
///
/// Terms we do not know are no error.
void agree(Features& features, std::string_view client_terms);

/// lldb counts signals as the kernel does.
void speak(Features& features, Dialect dialect);

/// The answer: PacketSize and what we offer, as far as the client's kind knows it. Each offer is one or more terms with
/// semicolons between.
std::string supported_reply(const std::vector<std::string_view>& offers, const Features& agreed);

}  // namespace protocol
