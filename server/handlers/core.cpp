#include "protocol/requests/core.hpp"

#include <array>
#include <cstdlib>
#include <string>

#include "server/handlers/families.hpp"
#include "target/core/dump.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;
using target::core::TemporaryFile;

/// A file for the core: near where the client wants it, if that is a folder of this machine, and else where temporary
/// files are. lldb refuses to copy a file to itself, so the name that it has given is not for us.
target::Result<TemporaryFile> make_room(const std::string& path_hint) {
  if (path_hint.starts_with('/'))
    if (auto file = TemporaryFile::create_beside(path_hint)) return file;
  const char* const folder = std::getenv("TMPDIR");
  return TemporaryFile::create_beside(std::string(folder != nullptr ? folder : "/tmp") + "/core");
}

// qSaveCore -> "core-path:" hex
Reply save_core(Client& client, target::Process& process, const SaveCore& request) {
  auto file = make_room(request.path_hint);
  if (!file) return failed(file.error());
  const auto summary = client.inferiors.save_core(process, client.thread_of_interest(process),
                                                  [&](target::core::Snapshot snapshot, const target::core::Source& source) {
    return target::core::write(file->descriptor(), std::move(snapshot), source);
  });
  if (!summary) return failed(summary.error());
  reply::Payload payload{"core-path:"};
  append_hex(payload.text, file->path());
  client.saved_core = std::move(*file);
  return payload;
}

constexpr std::array routes{
    Route{"qSaveCore", on_process<SaveCore, save_core>, "qSaveCore+"},
};

}  // namespace

std::span<const Route> core() { return routes; }

}  // namespace server::handlers
