#pragma once

#include <optional>
#include <string>

#include "protocol/field_reader.hpp"
#include "target/types/ids.hpp"

namespace protocol {

/// Reads a thread id; failures are the reader's.
///
///     thread-id = id | "p" id [ "." id ]
///     id        = hex | "-1" (all) | "0" (any)
///
/// A process alone ("p4d2") means all of its threads.
target::ThreadSelector read_thread_selector(FieldReader& in);

/// Takes lldb's thread suffix off the end of a request, if it has one; a malformed one is the reader's failure.
///
///     request = ... [ ";thread:" thread-id [ ";" ] ]
std::optional<target::ThreadSelector> take_thread_suffix(FieldReader& in);

/// "p4d2.4d3" with the multiprocess extensions, "4d3" without.
void append_thread_id(std::string& out, target::ThreadId id, bool multiprocess);

}  // namespace protocol
