#include "protocol/documents/modules.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/hex.hpp"

namespace protocol::documents {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string uuid_of(const Module& module) {
  std::string uuid;
  append_hex(uuid, module.build_id);
  std::transform(uuid.begin(), uuid.end(), uuid.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  return uuid;
}

std::string triple_of(const Module& module) { return module.machine + "--linux"; }

void append_field(std::string& out, std::string_view key, std::string_view text) {
  out += key;
  append_hex(out, text);
  out.push_back(';');
}

void append_field(std::string& out, std::string_view key, std::uint64_t number) {
  const auto digits = hex_number(number);
  out += key;
  out.append(16 - digits.size(), '0') += digits;
  out.push_back(';');
}

}  // namespace

std::optional<std::vector<ModuleName>> read_module_names(std::string_view json) {
  const auto list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  std::vector<ModuleName> names;
  for (const auto& entry : list) {
    if (!entry.is_object()) return std::nullopt;
    if (auto path = text_of(entry, "file"); !path.empty()) names.push_back({std::move(path), text_of(entry, "triple")});
  }
  return names;
}

std::string module_info(const Module& module) {
  std::string out;
  if (!module.build_id.empty()) append_field(out, "uuid:", uuid_of(module));
  append_field(out, "triple:", triple_of(module));
  append_field(out, "file_path:", module.path);
  append_field(out, "file_offset:", 0);
  append_field(out, "file_size:", module.bytes);
  return out;
}

std::string module_list(const std::vector<Module>& modules) {
  auto list = Json::array();
  for (const auto& module : modules)
    if (!module.build_id.empty())
      list.push_back({{"file_path", module.path},
                      {"file_offset", 0},
                      {"file_size", module.bytes},
                      {"triple", triple_of(module)},
                      {"uuid", uuid_of(module)}});
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace protocol::documents
