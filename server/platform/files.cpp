#include <array>
#include <filesystem>

#include "server/handlers/host_files.hpp"
#include "server/platform/client.hpp"

namespace server::platform {
namespace {

using namespace protocol;
using namespace protocol::requests;

Reply operate(Client& client, FieldReader fields) {
  return handlers::operate_on_files(client.files, fields.rest());
}

std::string folder_of(const Client& client) {
  std::error_code ignored;
  const auto& chosen = client.files.system.folder();
  return chosen.empty() ? std::filesystem::current_path(ignored).string() : chosen;
}

Reply folder(Client& client) {
  reply::Payload payload;
  append_hex(payload.text, folder_of(client));
  return payload;
}

Reply enter_folder(Client& client, const FolderPath& request) {
  const auto status = client.files.system.status(request.path, true);
  if (!status) return failed(status.error());
  if (!S_ISDIR(status->st_mode)) return failed({ENOTDIR, request.path + " is no folder"});
  const auto path = std::filesystem::path(folder_of(client)) / request.path;
  client.files.system.set_folder(path.lexically_normal().string());
  return reply::Ok{};
}

// "F" errno, with the kernel's numbers
Reply file_reply(const target::Result<void>& done) {
  return reply::Payload{"F" + hex_number(done ? 0U : static_cast<unsigned>(done.error().code))};
}

Reply make_folder(Client& client, const PathMode& request) {
  // lldb asks for no permissions at all where its user has not named any.
  const auto mode = request.mode != 0 ? request.mode & 07777 : 0750;
  return file_reply(client.files.system.make_folder(request.path, mode));
}

Reply set_mode(Client& client, const PathMode& request) {
  return file_reply(client.files.system.set_mode(request.path, request.mode & 07777));
}

// "M" name *( "," name )
Reply complete(Client& client, const PathStart& request) {
  reply::Payload payload{"M"};
  for (const auto& path : client.files.system.completions(request.path, request.only_folders)) {
    if (payload.text.size() > 1) payload.text.push_back(',');
    append_hex(payload.text, path);
  }
  return payload;
}

constexpr std::array rows{
    Route{"vFile:", operate},
    bare<folder>("qGetWorkingDir"),
    Route{"QSetWorkingDir:", parse_then<FolderPath, enter_folder>},
    Route{"qPlatform_mkdir:", parse_then<PathMode, make_folder>},
    Route{"qPlatform_chmod:", parse_then<PathMode, set_mode>},
    Route{"qPathComplete:", parse_then<PathStart, complete>},
};

}  // namespace

std::span<const Route> files() { return rows; }

}  // namespace server::platform
