#pragma once

#include <string>

namespace server {

/// What qHostInfo answers: key ":" value ";" pairs about this machine, names and versions in hex.
std::string host_info_text();

}  // namespace server
