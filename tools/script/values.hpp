#pragma once

#include <lua5.4/lua.hpp>
#include <nlohmann/json_fwd.hpp>

#include "target/types/result.hpp"

namespace tools::script {

/// A value of the script as JSON: a table with the keys 1 to n is an array, any other an object with its keys in order.
/// EINVAL for what JSON has no word for, and for tables that hold themselves.
target::Result<nlohmann::ordered_json> json_of(lua_State* state, int index);

}  // namespace tools::script
