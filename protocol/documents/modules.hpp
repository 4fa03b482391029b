#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace protocol::documents {

/// A file that a program consists of, all of it.
struct Module {
  std::string path;
  std::string machine;   ///< what its triple begins with
  std::string build_id;  ///< its bytes, which are the uuid in capital hex digits; empty: no uuid
  std::uint64_t bytes = 0;
};

struct ModuleName {
  std::string path;
  std::string triple;
};
/// From a list of objects with "file" and "triple"; those without a file are passed over. Nothing if it is no such list.
std::optional<std::vector<ModuleName>> read_module_names(std::string_view json);

/// What qModuleInfo answers: "uuid:" hex ";triple:" hex ";file_path:" hex ";file_offset:" hex16 ";file_size:" hex16 ";"
/// where the first three are text in hex.
std::string module_info(const Module& module);

/// What jModulesInfo answers, not yet escaped. Modules without a build id are left out: lldb takes none without.
std::string module_list(const std::vector<Module>& modules);

}  // namespace protocol::documents
