#pragma once

#include <functional>
#include <map>
#include <string>

#include "session.hpp"

namespace bench {

// The ways a server offers to move memory, by packet letter. Each moves any amount, in pieces no longer than the
// server's PacketSize allows.
using Reader = std::function<std::string(Session&, std::uint64_t address, std::size_t count)>;
using Writer = std::function<void(Session&, std::uint64_t address, std::string_view bytes)>;

std::map<std::string, Reader> readers(Session& session);
std::map<std::string, Writer> writers(Session& session, std::uint64_t somewhere_writable);

}  // namespace bench
