#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/documents/modules.hpp"
#include "protocol/field_reader.hpp"

namespace protocol::requests {

///     qModuleInfo:path;triple      both in hex
struct NamesModule {
  std::string path;
  std::string triple;
  static std::optional<NamesModule> parse(FieldReader in);
};

///     jModulesInfo:[{"file":path,"triple":triple}...]      escaped like binary data; other keys do not matter
struct NamesModules {
  std::vector<documents::ModuleName> modules;
  static std::optional<NamesModules> parse(FieldReader in);
};

}  // namespace protocol::requests
