#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "target/linux/file_system.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/types/address.hpp"
#include "target/types/result.hpp"

namespace target::modules {

/// A file that a program consists of.
struct ModuleInfo {
  std::string path;
  std::string machine;   ///< what a target triple begins with
  std::string build_id;  ///< its bytes; empty if it has none
  std::uint64_t bytes = 0;
};

/// Of a file as `files` has it. ENOEXEC if it is no ELF file for the machine that the triple begins with.
Result<ModuleInfo> find_module(const linux::FileSystem& files, const std::string& path, std::string_view triple);

/// Where the first mapping of a file begins.
std::optional<Address> load_address(const std::vector<linux::Mapping>& mappings, std::string_view path);

}  // namespace target::modules
