#include "protocol/requests/transfer.hpp"

#include <array>
#include <vector>

#include "protocol/documents/library_list.hpp"
#include "protocol/documents/osdata.hpp"
#include "protocol/documents/target_xml.hpp"
#include "protocol/documents/thread_list.hpp"
#include "server/handlers/families.hpp"
#include "target/link_maps.hpp"
#include "target/os_data.hpp"
#include "target/process_info.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;
using Object = target::Result<std::string>;

// Clients read objects piece by piece; what they read is what was true at the first piece.
template <Object (*make)(Client&, const std::string& annex)>
Reply read_object(Client& client, const ReadObject& request) {
  auto& cache = client.object;
  const auto maker = reinterpret_cast<const void*>(make);
  if (request.window.offset == 0 || cache.maker != maker || cache.annex != request.annex) {
    auto text = make(client, request.annex);
    if (!text) return failed(text.error());
    cache = {maker, request.annex, std::move(*text)};
  }
  return reply::Payload{request.window.cut(cache.text)};
}

Object target_description(Client& client, const std::string& annex) {
  if (annex != "target.xml")
    return target::failure(ENOENT, "the target description has no part " + annex + "; read target.xml");
  const auto process = client.process();
  if (!process) return tl::unexpected(process.error());
  client.features.xml_registers = true;
  return documents::target_xml((*process)->layout(), client.features.dialect);
}

Object auxiliary_vector(Client& client, const std::string&) {
  const auto process = client.process();
  if (!process) return tl::unexpected(process.error());
  return target::read_auxv(target::Pid{(*process)->witness().value});
}

Object executable(Client& client, const std::string& annex) {
  if (annex.empty()) {
    const auto process = client.process();
    if (!process) return tl::unexpected(process.error());
    return (*process)->executable();
  }
  FieldReader fields(annex);
  const target::Pid pid{static_cast<int>(fields.hex<std::uint32_t>())};
  const auto* process = fields.complete() ? client.inferiors.find(pid) : nullptr;
  if (process == nullptr) return target::failure(ESRCH, "no such process is being debugged");
  return process->executable();
}

Object threads(Client& client, const std::string&) {
  std::vector<documents::ThreadEntry> entries;
  for (const auto* thread : client.threads()) {
    auto summary = target::thread_summary(thread->id());
    entries.push_back({thread->id(), std::move(summary.name), summary.processor});
  }
  return documents::thread_list(entries, client.features.multiprocess);
}

//     annex = [ "start=" hex ";prev=" hex [ ";lmid=" hex ] [ ";" ] ]
std::optional<target::LinkMapStart> parse_start(std::string_view annex) {
  target::LinkMapStart start;
  while (!annex.empty()) {
    const auto end = annex.find(';');
    const auto term = annex.substr(0, end);
    annex.remove_prefix(end == std::string_view::npos ? annex.size() : end + 1);
    const auto equals = term.find('=');
    if (equals == std::string_view::npos) continue;
    FieldReader value(term.substr(equals + 1));
    const target::Address address{value.hex<std::uint64_t>()};
    const auto name = term.substr(0, equals);
    if (name == "start") start.start = address;
    if (name == "prev") start.previous = address;
    if (name == "lmid") start.name_space = address;
  }
  if (start.start.value == 0) return std::nullopt;
  return start;
}

Object libraries(Client& client, const std::string& annex) {
  const auto process = client.process();
  if (!process) return tl::unexpected(process.error());
  auto maps = target::read_link_maps(**process, parse_start(annex));
  if (!maps) return tl::unexpected(maps.error());
  if (client.features.dialect == Dialect::Lldb) {
    // It reads a pointer to r_debug where main-lm says, and keeps an empty list for the truth.
    if (maps->libraries.empty()) return target::failure(EAGAIN, "the dynamic linker has not listed any library yet");
    maps->main = {};
    for (auto& library : maps->libraries) library.name_space = {};
  }
  return documents::library_list(*maps);
}

std::string list_of_tables() {
  std::vector<documents::OsDataItem> items;
  for (const auto& table : target::os_data::tables())
    items.push_back({{"Type", std::string(table.type)},
                     {"Description", std::string(table.description)},
                     {"Title", std::string(table.title)}});
  return documents::osdata("types", items);
}

// gdb's own words for a table that is not there come with an empty object, not with an error.
Object os_data(Client&, const std::string& annex) {
  if (annex.empty() || annex == "types") return list_of_tables();
  for (const auto& table : target::os_data::tables()) {
    if (table.type != annex) continue;
    std::vector<documents::OsDataItem> items;
    for (auto& row : table.read()) {
      auto& item = items.emplace_back();
      for (auto& column : row) item.push_back({std::move(column.name), std::move(column.value)});
    }
    return documents::osdata(annex, items);
  }
  return std::string();
}

Object signal_info(Client& client, const std::string&) {
  const auto thread = client.stopped_thread();
  if (!thread) return tl::unexpected(thread.error());
  const auto info = (*thread)->siginfo_of_program();
  if (!info) return tl::unexpected(info.error());
  return std::string(reinterpret_cast<const char*>(info->data()), info->size());
}

Reply write_signal_info(Client&, target::Thread& thread, const WriteObject& request) {
  auto info = thread.siginfo_of_program();
  if (!info) return failed(info.error());
  if (request.offset > info->size() || request.bytes.size() > info->size() - request.offset)
    return failed({EINVAL, "a siginfo has " + std::to_string(info->size()) + " bytes"});
  const auto bytes = as_bytes(request.bytes);
  std::copy(bytes.begin(), bytes.end(), info->begin() + static_cast<std::ptrdiff_t>(request.offset));
  if (auto written = thread.set_siginfo_of_program(*info); !written) return failed(written.error());
  return reply::Payload{hex_number(request.bytes.size())};
}

template <Object (*make)(Client&, const std::string&)>
constexpr Handler reading = parse_then<ReadObject, read_object<make>>;

constexpr std::array routes{
    Route{"qXfer:features:read:", reading<target_description>, "qXfer:features:read+"},
    Route{"qXfer:auxv:read:", reading<auxiliary_vector>, "qXfer:auxv:read+"},
    Route{"qXfer:exec-file:read:", reading<executable>, "qXfer:exec-file:read+"},
    Route{"qXfer:libraries-svr4:read:", reading<libraries>,
          "qXfer:libraries-svr4:read+;augmented-libraries-svr4-read+"},
    Route{"qXfer:osdata:read:", reading<os_data>, "qXfer:osdata:read+"},
    Route{"qXfer:threads:read:", reading<threads>, "qXfer:threads:read+"},
    Route{"qXfer:siginfo:read:", reading<signal_info>, "qXfer:siginfo:read+"},
    Route{"qXfer:siginfo:write:", on_thread<WriteObject, write_signal_info>, "qXfer:siginfo:write+"},
};

}  // namespace

std::span<const Route> transfer() { return routes; }

}  // namespace server::handlers
