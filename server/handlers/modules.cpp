#include "protocol/requests/modules.hpp"

#include <array>

#include "protocol/documents/modules.hpp"
#include "protocol/documents/signals_info.hpp"
#include "protocol/requests/processes.hpp"
#include "server/handlers/families.hpp"
#include "target/modules/module_info.hpp"
#include "target/process_info.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

/// The files that the process sees, and ours where there is none.
class ModuleFiles {
 public:
  static target::Result<ModuleFiles> of(const Client& client) {
    ModuleFiles module_files;
    const auto process = client.process();
    if (!process) return module_files;
    const auto witness = (*process)->witness();
    if (auto reached = module_files.files_.set_process(target::Pid{witness.value}); !reached)
      return tl::unexpected(reached.error());
    module_files.program_ = (*process)->executable().value_or(std::string());
    module_files.running_program_ = "/proc/" + std::to_string(witness.value) + "/exe";
    return module_files;
  }

  target::Result<documents::Module> find(const std::string& path, std::string_view triple) const {
    auto info = target::modules::find_module(files_, path, triple);
    // Its name is the one that we see it by, and its file may be gone.
    if (!info && path == program_) info = target::modules::find_module({}, running_program_, triple);
    if (!info) return tl::unexpected(info.error());
    return documents::Module{path, std::move(info->machine), std::move(info->build_id), info->bytes};
  }

 private:
  target::HostFileSystem files_;
  std::string program_, running_program_;
};

Reply module_info(Client& client, const NamesModule& request) {
  const auto files = ModuleFiles::of(client);
  if (!files) return failed(files.error());
  const auto module = files->find(request.path, request.triple);
  return module ? Reply(reply::Payload{documents::module_info(*module)}) : failed(module.error());
}

// Those that are not found are not in the answer.
Reply modules_info(Client& client, const NamesModules& request) {
  const auto files = ModuleFiles::of(client);
  if (!files) return failed(files.error());
  std::vector<documents::Module> found;
  for (const auto& named : request.modules)
    if (auto module = files->find(named.path, named.triple)) found.push_back(std::move(*module));
  reply::Payload payload;
  append_escaped(payload.text, documents::module_list(found));
  return payload;
}

Reply file_load_address(Client&, target::Process& process, const HexText& request) {
  const auto mappings = target::mappings_of(target::Pid{process.witness().value});
  if (!mappings) return failed(mappings.error());
  const auto address = target::modules::load_address(*mappings, request.text);
  if (!address) return failed({ENOENT, "the process has not mapped " + request.text});
  return reply::Payload{hex_number(address->value)};
}

Reply signals_info(Client&) {
  reply::Payload payload;
  append_escaped(payload.text, documents::signals_info());
  return payload;
}

constexpr std::array routes{
    Route{"jModulesInfo:", parse_then<NamesModules, modules_info>},
    bare<signals_info>("jSignalsInfo"),
    Route{"qFileLoadAddress:", on_process<HexText, file_load_address>},
    Route{"qModuleInfo:", parse_then<NamesModule, module_info>},
};

}  // namespace

std::span<const Route> modules() { return routes; }

}  // namespace server::handlers
