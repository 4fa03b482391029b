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
target::Result<target::HostFileSystem> files_of_process(const Client& client) {
  target::HostFileSystem files;
  if (const auto process = client.process())
    if (auto reached = files.set_process(target::Pid{(*process)->witness().value}); !reached)
      return tl::unexpected(reached.error());
  return files;
}

documents::Module in_document(target::modules::ModuleInfo info) {
  return {std::move(info.path), std::move(info.machine), std::move(info.build_id), info.bytes};
}

Reply module_info(Client& client, const NamesModule& request) {
  const auto files = files_of_process(client);
  if (!files) return failed(files.error());
  auto info = target::modules::find_module(*files, request.path, request.triple);
  if (!info) return failed(info.error());
  return reply::Payload{documents::module_info(in_document(std::move(*info)))};
}

// Those that are not found are not in the answer.
Reply modules_info(Client& client, const NamesModules& request) {
  const auto files = files_of_process(client);
  if (!files) return failed(files.error());
  std::vector<documents::Module> found;
  for (const auto& named : request.modules)
    if (auto info = target::modules::find_module(*files, named.path, named.triple))
      found.push_back(in_document(std::move(*info)));
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
