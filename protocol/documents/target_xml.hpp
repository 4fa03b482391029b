#pragma once

#include <string>

#include "target/types/register_spec.hpp"

namespace protocol::documents {

/// The target description, one flat document for both clients: gdb's standard features, with lldb's
/// attributes (which gdb ignores) on the registers. lldb 19 reads no <xi:include>.
std::string target_xml(const target::RegisterLayout& layout);

}  // namespace protocol::documents
