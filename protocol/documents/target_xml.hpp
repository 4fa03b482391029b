#pragma once

#include <string>

#include "protocol/features.hpp"
#include "target/types/register_spec.hpp"

namespace protocol::documents {

/// The target description, one flat document for both clients: gdb's standard features, with lldb's
/// attributes (which gdb ignores) on the registers; only what a group is called differs. lldb 19 reads no <xi:include>.
std::string target_xml(const target::RegisterLayout& layout, Dialect dialect);

}  // namespace protocol::documents
