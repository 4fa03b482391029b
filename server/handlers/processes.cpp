#include "protocol/requests/processes.hpp"

#include <array>
#include <vector>

#include "server/handlers/families.hpp"
#include "server/stop_reporter.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

std::string number(target::Pid pid) { return std::to_string(pid.value); }

Reply stopped_quietly(Client& client, target::Process& process) {
  client.last_stop = target::StopEvent{{process.pid(), target::leader_of(process.pid())}, target::Quiet{}};
  client.general = client.resumed = {};
  return reply::Payload{describe_stop(client, *client.last_stop)};
}

Reply run(Client& client, const Run& request) {
  auto launch = client.launch;
  if (!request.program.empty()) launch.program = request.program;
  launch.arguments = request.arguments;
  if (launch.program.empty()) return failed({ENOENT, "no program has been named yet; use set remote exec-file"});
  const auto launched = client.inferiors.launch(launch);
  if (!launched) return failed(launched.error());
  client.launch.program = launch.program;
  client.launch.arguments = launch.arguments;
  if (launched->still_randomized)
    client.console.say("note: could not disable address space randomization; addresses will differ between runs");
  client.console.say("Process " + launch.program + " created; pid = " + number(launched->process->pid()));
  return stopped_quietly(client, *launched->process);
}

Reply attach(Client& client, const NamesProcess& request) {
  const auto process = client.inferiors.attach(request.pid);
  if (!process) {
    client.console.say(process.error().message);
    return failed(process.error());
  }
  client.console.say("Attached; pid = " + number(request.pid));
  if (client.inferiors.mode() == target::run_control::Mode::AllStop) return stopped_quietly(client, **process);
  client.inferiors.tell_of_all((*process)->pid());
  return reply::Ok{};
}

Reply restart(Client& client, FieldReader) {
  while (!client.inferiors.empty()) (void)client.inferiors.kill(client.inferiors.processes().begin()->first);
  const auto launched = client.inferiors.launch(client.launch);
  if (launched) {
    client.console.say("Process " + client.launch.program + " created; pid = " + number(launched->process->pid()));
    (void)stopped_quietly(client, *launched->process);
  } else {
    client.console.say(launched.error().message);
    client.last_stop.reset();
  }
  return reply::Silent{};
}

void forget_if_gone(Client& client, target::Pid pid) {
  if (client.last_stop && client.last_stop->thread.pid == pid) client.last_stop.reset();
  client.general = client.resumed = {};
}

Reply detach_one(Client& client, const NamesProcess& request) {
  if (client.inferiors.find(request.pid) != nullptr)
    client.console.say("Detaching from process " + number(request.pid));
  auto detached = client.inferiors.detach(request.pid);
  forget_if_gone(client, request.pid);
  return reply_to(detached);
}

Reply detach_all(Client& client) {
  if (client.inferiors.empty()) return failed({ESRCH, "no process is being debugged"});
  while (!client.inferiors.empty())
    (void)detach_one(client, {client.inferiors.processes().begin()->first});
  return reply::Ok{};
}

Reply kill_one(Client& client, const NamesProcess& request) {
  if (client.inferiors.find(request.pid) != nullptr)
    client.console.say("Killing process(es): " + number(request.pid));
  auto killed = client.inferiors.kill(request.pid);
  forget_if_gone(client, request.pid);
  return reply_to(killed);
}

// k has no answer, and in a plain remote session it is the end of the server too.
Reply kill_all(Client& client) {
  while (!client.inferiors.empty())
    (void)kill_one(client, {client.inferiors.processes().begin()->first});
  if (!client.extended) client.console.quit();
  return reply::Silent{};
}

Reply was_attached(Client& client, FieldReader fields) {
  target::Process* process = nullptr;
  if (fields.accept(':')) {
    const auto request = NamesProcess::parse(fields);
    if (!request) return malformed();
    process = client.inferiors.find(request->pid);
  } else if (!fields.at_end()) {
    return malformed();
  } else if (const auto chosen = client.process(); chosen) {
    process = *chosen;
  }
  if (process == nullptr) return failed({ESRCH, "no such process is being debugged"});
  return reply::Payload{process->origin() == target::Origin::Attached ? "1" : "0"};
}

Reply disable_randomization(Client& client, const Switch& request) {
  client.launch.disable_randomization = request.on;
  return reply::Ok{};
}

std::string variable_name(const std::string& entry) { return entry.substr(0, entry.find('=')); }

void remove_variable(std::vector<std::string>& environment, const std::string& name) {
  std::erase_if(environment, [&](const std::string& entry) { return variable_name(entry) == name; });
}

Reply set_variable(Client& client, const HexText& request) {
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

constexpr std::array routes{
    Route{"QEnvironmentHexEncoded:", parse_then<HexText, set_variable>, "QEnvironmentHexEncoded+"},
    Route{"QEnvironmentUnset:", parse_then<HexText, unset_variable>, "QEnvironmentUnset+"},
    bare<reset_variables>("QEnvironmentReset", "QEnvironmentReset+"),
    Route{"QSetWorkingDir:", parse_then<HexText, set_directory>, "QSetWorkingDir+"},
    Route{"R", restart},
    Route{"vRun;", parse_then<Run, run>},
    Route{"vAttach;", parse_then<NamesProcess, attach>},
    Route{"vKill;", parse_then<NamesProcess, kill_one>},
    bare<detach_all>("D"),
    Route{"D;", parse_then<NamesProcess, detach_one>},
    bare<kill_all>("k"),
    Route{"qAttached", was_attached},
    Route{"QDisableRandomization:", parse_then<Switch, disable_randomization>, "QDisableRandomization+"},
};

}  // namespace

std::span<const Route> processes() { return routes; }

}  // namespace server::handlers
