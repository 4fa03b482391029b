#include "protocol/requests/launch.hpp"

#include <array>
#include <filesystem>
#include <vector>

#include "protocol/requests/processes.hpp"
#include "server/handlers/families.hpp"
#include "server/stop_reporter.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

// ---- starting

// lldb wants to see what a program writes, and has no shell started for it.
target::LaunchSpec as_wanted(Client& client, target::LaunchSpec spec) {
  if (client.features.dialect != Dialect::Lldb) return spec;
  spec.stdio.own_terminal = true;
  spec.shell.clear();
  return spec;
}

target::Result<target::Process*> start(Client& client, const target::LaunchSpec& spec) {
  auto launched = client.inferiors.launch(as_wanted(client, spec));
  if (!launched) return tl::unexpected(launched.error());
  client.launch.program = spec.program;
  client.launch.arguments = spec.arguments;
  if (launched->still_randomized)
    client.console.say("note: could not disable address space randomization; addresses will differ between runs");
  const auto pid = launched->process->pid();
  client.console.say("Process " + spec.program + " created; pid = " + std::to_string(pid.value));
  if (launched->terminal) client.console.serve_terminal(pid, std::move(*launched->terminal));
  client.chose(*launched->process);
  return launched->process;
}

Reply run(Client& client, const Run& request) {
  auto spec = client.launch;
  if (!request.program.empty()) spec.program = request.program;
  spec.arguments = request.arguments;
  if (spec.program.empty()) return failed({ENOENT, "no program has been named yet; use set remote exec-file"});
  if (const auto started = start(client, spec); !started) return failed(started.error());
  return reply::Payload{describe_stop(client, *client.last_stop)};
}

Reply run_words(Client& client, const RunWords& request) {
  client.speaks_lldb();
  auto spec = client.launch;
  spec.program = request.words.front();
  spec.arguments.assign(request.words.begin() + 1, request.words.end());
  const auto started = start(client, spec);
  client.launch_failure = started ? "" : started.error().message;
  return started ? Reply(reply::Ok{}) : failed(started.error());
}

// The text is not in hex, and belongs to no client that reads error codes.
Reply launch_success(Client& client) {
  if (client.launch_failure.empty()) return reply::Ok{};
  return reply::Payload{"E" + client.launch_failure};
}

Reply restart(Client& client, FieldReader) {
  while (!client.inferiors.empty()) (void)client.inferiors.kill(client.inferiors.processes().begin()->first);
  if (const auto started = start(client, client.launch); !started) {
    client.console.say(started.error().message);
    client.last_stop.reset();
  }
  return reply::Silent{};
}

// ---- the program's surroundings

std::string variable_name(const std::string& entry) { return entry.substr(0, entry.find('=')); }

void remove_variable(std::vector<std::string>& environment, const std::string& name) {
  std::erase_if(environment, [&](const std::string& entry) { return variable_name(entry) == name; });
}

template <class Request>
Reply set_variable(Client& client, const Request& request) {
  if (request.text.find('=') == std::string::npos) return malformed();
  remove_variable(client.launch.environment, variable_name(request.text));
  client.launch.environment.push_back(request.text);
  return reply::Ok{};
}

Reply unset_variable(Client& client, const HexText& request) {
  remove_variable(client.launch.environment, request.text);
  return reply::Ok{};
}

Reply reset_variables(Client& client) {
  client.launch.environment = client.own_environment;
  return reply::Ok{};
}

Reply set_directory(Client& client, const HexText& request) {
  client.launch.working_directory = request.text;
  return reply::Ok{};
}

Reply directory(Client& client) {
  std::error_code error;
  auto path = client.launch.working_directory;
  if (path.empty()) path = std::filesystem::current_path(error).string();
  if (error) return failed({error.value(), "cannot tell the working directory: " + error.message()});
  reply::Payload payload;
  append_hex(payload.text, path);
  return payload;
}

Reply disable_randomization(Client& client, const Switch& request) {
  client.launch.disable_randomization = request.on;
  return reply::Ok{};
}

// A program says itself what it is for; this only makes sure that it could run here.
Reply architecture(Client& client, const PlainText& request) {
  client.speaks_lldb();
  for (const std::string_view ours : {"x86_64", "amd64", "i386", "i486", "i586", "i686"})
    if (request.text == ours || request.text.starts_with(std::string(ours) + "-")) return reply::Ok{};
  return failed({EINVAL, "no " + request.text + " program can run here: this is an x86_64 machine"});
}

template <std::string target::Stdio::*stream>
Reply set_stream(Client& client, const HexText& request) {
  if (request.text.empty()) return malformed();
  client.speaks_lldb();
  client.launch.stdio.*stream = request.text;
  return reply::Ok{};
}

// ---- input and output

Reply type(Client& client, const HexText& request) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  return reply_to(client.console.type((*process)->pid(), request.text));
}

Reply next_output(Client& client) {
  if (!client.output.empty()) client.output.pop_front();
  if (client.output.empty()) return reply::Ok{};
  return reply::Payload{client.output.front()};
}

constexpr std::array routes{
    Route{"vRun;", parse_then<Run, run>},
    Route{"A", parse_then<RunWords, run_words>},
    bare<launch_success>("qLaunchSuccess"),
    Route{"R", restart},
    Route{"QEnvironmentHexEncoded:", parse_then<HexText, set_variable<HexText>>, "QEnvironmentHexEncoded+"},
    Route{"QEnvironment:", parse_then<PlainText, set_variable<PlainText>>},
    Route{"QEnvironmentUnset:", parse_then<HexText, unset_variable>, "QEnvironmentUnset+"},
    bare<reset_variables>("QEnvironmentReset", "QEnvironmentReset+"),
    Route{"QSetWorkingDir:", parse_then<HexText, set_directory>, "QSetWorkingDir+"},
    bare<directory>("qGetWorkingDir"),
    Route{"QDisableRandomization:", parse_then<Switch, disable_randomization>, "QDisableRandomization+"},
    Route{"QSetDisableASLR:", parse_then<Switch, disable_randomization>},
    Route{"QLaunchArch:", parse_then<PlainText, architecture>},
    Route{"QSetSTDIN:", parse_then<HexText, set_stream<&target::Stdio::in>>},
    Route{"QSetSTDOUT:", parse_then<HexText, set_stream<&target::Stdio::out>>},
    Route{"QSetSTDERR:", parse_then<HexText, set_stream<&target::Stdio::err>>},
    Route{"I", parse_then<HexText, type>},
    bare<next_output>("vStdio"),
};

}  // namespace

std::span<const Route> launch() { return routes; }

}  // namespace server::handlers
