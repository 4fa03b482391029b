#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace server {

/// The numeric address of a name in a file like /etc/hosts. There is no other resolver: a static binary cannot rely on
/// the name services of whatever image it runs in.
std::optional<std::string> address_in_hosts(std::string_view hosts, std::string_view name);

}  // namespace server
