#pragma once

#include <string>

#include "target/types/link_map.hpp"

namespace protocol::documents {

/// The object that qXfer:libraries-svr4:read hands out, with main-lm and lmid.
std::string library_list(const target::LinkMaps& maps);

}  // namespace protocol::documents
