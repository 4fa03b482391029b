#pragma once

#include <span>
#include <string>

#include "protocol/lldb_stop_reply.hpp"

namespace protocol::documents {

/// jThreadsInfo: every thread with the registers given. JSON:
///
///     [ { "tid": number, "name": text, "reason": word, "signal": number, "description": text,
///         "registers": { "number": "hex" } } ]
///
/// A thread without a cause of its own has neither reason nor signal.
std::string lldb_threads(std::span<const StoppedThread> threads);

/// The same without names and registers, for jstopinfo.
std::string lldb_stop_infos(std::span<const StoppedThread> threads);

}  // namespace protocol::documents
