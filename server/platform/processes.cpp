#include <unistd.h>

#include <array>
#include <regex>

#include "server/platform/client.hpp"
#include "target/process_info.hpp"

// Replies about processes are key ":" value ";" pairs with decimal numbers and names in hex.
namespace server::platform {
namespace {

using namespace protocol;
using namespace protocol::requests;

std::string in_hex(std::string_view text) {
  std::string hex;
  append_hex(hex, text);
  return hex;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool matches_pattern(const std::string& name, const std::string& pattern) try {
  return std::regex_search(name, std::regex(pattern, std::regex::extended));
} catch (const std::regex_error&) {
  return false;
}

bool name_matches(const ProcessFilter& filter, const std::string& name) {
  using Match = ProcessFilter::Match;
  switch (filter.match) {
    case Match::Any:
      return true;
    case Match::Equals:
      return name == filter.name;
    case Match::StartsWith:
      return name.starts_with(filter.name);
    case Match::EndsWith:
      return name.ends_with(filter.name);
    case Match::Contains:
      return name.find(filter.name) != std::string::npos;
    case Match::Regex:
      return matches_pattern(name, filter.name);
  }
  return false;
}

bool is(const std::optional<int>& wanted, int found) { return !wanted || *wanted == found; }

bool matches(const ProcessFilter& filter, const target::ProcessDetails& process) {
  const bool visible = filter.all_users || geteuid() == 0 || process.user == static_cast<int>(getuid());
  const bool ids = is(filter.pid, process.pid.value) && is(filter.parent, process.parent.value) &&
                   is(filter.user, process.user) && is(filter.group, process.group) &&
                   is(filter.effective_user, process.effective_user) &&
                   is(filter.effective_group, process.effective_group);
  const bool machine = filter.triple.empty() || filter.triple.starts_with(process.machine);
  return visible && ids && machine && name_matches(filter, file_name(process.executable));
}

std::string describe(const target::ProcessDetails& process) {
  std::string text;
  const auto append = [&](std::string_view key, const std::string& value) {
    text += key;
    text += ":" + value + ";";
  };
  append("pid", std::to_string(process.pid.value));
  append("ppid", std::to_string(process.parent.value));
  append("uid", std::to_string(process.user));
  append("gid", std::to_string(process.group));
  append("euid", std::to_string(process.effective_user));
  append("egid", std::to_string(process.effective_group));
  append("name", in_hex(process.executable));
  std::string arguments;
  for (const auto& argument : process.arguments) arguments += (arguments.empty() ? "" : "-") + in_hex(argument);
  append("args", arguments);
  if (!process.machine.empty()) append("triple", in_hex(process.machine + "-pc-linux-gnu"));
  return text;
}

Reply next_process(Client& client) {
  auto& left = client.processes_left;
  while (!left.empty()) {
    const auto process = target::process_details(left.back());
    left.pop_back();
    if (process && matches(client.filter, *process)) return reply::Payload{describe(*process)};
  }
  return failed({ENOENT, "there is no other process like that"});
}

Reply first_process(Client& client, const ProcessFilter& filter) {
  client.filter = filter;
  client.processes_left = filter.pid ? std::vector{target::Pid{*filter.pid}} : target::every_process();
  std::reverse(client.processes_left.begin(), client.processes_left.end());
  return next_process(client);
}

Reply process_by_id(Client&, const DecimalNumber& request) {
  const auto process = target::process_details(target::Pid{request.number});
  if (!process) return failed({ESRCH, "there is no process " + std::to_string(request.number)});
  return reply::Payload{describe(*process)};
}

Reply name_of(const target::AccountNames& names, int number, const char* what) {
  const auto text = std::to_string(number);
  const auto name = names.name(text);
  if (name != text) return reply::Payload{in_hex(name)};
  return failed({ENOENT, "no " + std::string(what) + " has the number " + text});
}

Reply user_name(Client&, const DecimalNumber& request) {
  return name_of(target::AccountNames::of_users(), request.number, "user");
}

Reply group_name(Client&, const DecimalNumber& request) {
  return name_of(target::AccountNames::of_groups(), request.number, "group");
}

constexpr std::array rows{
    Route{"qfProcessInfo", parse_then<ProcessFilter, first_process>},
    bare<next_process>("qsProcessInfo"),
    Route{"qProcessInfoPID:", parse_then<DecimalNumber, process_by_id>},
    Route{"qUserName:", parse_then<DecimalNumber, user_name>},
    Route{"qGroupName:", parse_then<DecimalNumber, group_name>},
};

}  // namespace

std::span<const Route> processes() { return rows; }

}  // namespace server::platform
