#include "tools/listing/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "target/attachable.hpp"
#include "target/process_info.hpp"

namespace tools::listing {

using namespace target;

namespace {

std::string permissions(const Mapping& mapping) {
  return fmt::format("{}{}{}{}", mapping.readable ? 'r' : '-', mapping.writable ? 'w' : '-', mapping.executable ? 'x' : '-',
                     mapping.shared ? 's' : 'p');
}

// The kernel's reason alone: whose it is stands in the line already.
std::string reason(const Error& error) {
  const auto colon = error.message.find(": ");
  const auto why = colon == std::string::npos ? error.message : error.message.substr(colon + 2);
  return why.substr(0, why.find(';'));
}

std::string words_of(const std::vector<std::string>& arguments) {
  std::string words;
  for (const auto& argument : arguments) words += (words.empty() ? "" : " ") + argument;
  return words;
}

}  // namespace

Result<int> maps(const MapsOptions& options) {
  const auto mappings = mappings_of(Pid{options.pid});
  if (!mappings) return tl::unexpected(mappings.error());
  auto output = Output::open(options.output, stdout);
  if (!output) return tl::unexpected(output.error());
  for (const auto& mapping : *mappings) {
    const auto bytes = mapping.range.end - mapping.range.begin;
    if (output->json())
      output->object("mapping", {{"begin", mapping.range.begin.value}, {"end", mapping.range.end.value}, {"permissions", permissions(mapping)},
                                 {"offset", mapping.offset}, {"path", mapping.path}});
    else
      output->line(fmt::format("{:#014x} {:#014x} {:>12} KiB  {}  {:>10x}  {}", mapping.range.begin.value, mapping.range.end.value,
                               grouped(bytes >> 10), permissions(mapping), mapping.offset, mapping.path));
  }
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return 0;
}

Result<int> processes(const ProcessesOptions& options) {
  auto output = Output::open(options.output, stdout);
  if (!output) return tl::unexpected(output.error());
  if (auto listed = processes(*output); !listed) return tl::unexpected(listed.error());
  return 0;
}

Result<void> processes(Output& output) {
  const auto accounts = AccountNames::of_users();
  if (!output.json()) output.line(output.coloured(fmt::format("{:>8} {:<12} {:<7} {}", "PID", "USER", "MACHINE", "COMMAND"), "1"));
  for (const Pid pid : every_process()) {
    const auto details = process_details(pid);
    const auto status = task_status(leader_of(pid));
    if (!details || !status) continue;
    const auto access = check_access(pid);
    const auto why = access ? std::string() : reason(access.error());
    auto command = words_of(details->arguments);
    if (command.empty()) command = "[" + status->name + "]";
    if (output.json())
      output.object("process", {{"pid", pid.value}, {"user", details->user}, {"machine", details->machine}, {"executable", details->executable},
                                 {"command", command}, {"state", std::string(1, status->state)}, {"attachable", access.has_value()}, {"why_not", why}});
    else
      output.line(fmt::format("{:>8} {:<12} {:<7} {}{}", pid.value, accounts.name(std::to_string(details->user)), details->machine, command,
                               why.empty() ? "" : output.coloured("   not attachable: " + why, "2")));
  }
  return output.close();
}

}  // namespace tools::listing
