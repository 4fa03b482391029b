#include "protocol/requests/processes.hpp"

#include <array>
#include <csignal>
#include <vector>

#include "server/handlers/families.hpp"
#include "server/stop_reporter.hpp"
#include "target/process_info.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

std::string number(target::Pid pid) { return std::to_string(pid.value); }

// ---- attaching

Reply attach(Client& client, const NamesProcess& request) {
  const auto process = client.inferiors.attach(request.pid);
  if (!process) {
    client.console.say(process.error().message);
    return failed(process.error());
  }
  client.console.say("Attached; pid = " + number(request.pid));
  if (client.inferiors.mode() == target::run_control::Mode::AllStop)
    return reply::Payload{describe_stop(client, client.chose(**process))};
  client.inferiors.tell_of_all((*process)->pid());
  return reply::Ok{};
}

// A client may know the program by a path of its own machine.
std::string file_name(const HexText& program) { return program.text.substr(program.text.rfind('/') + 1); }

std::string list(const std::vector<target::Pid>& pids) {
  std::string text;
  for (const auto pid : pids) text += (text.empty() ? "" : ", ") + number(pid);
  return text;
}

Reply attach_to_one_of(Client& client, const std::vector<target::Pid>& pids, const std::string& name) {
  if (pids.size() == 1) return attach(client, {pids.front()});
  return failed({EINVAL, "more than one process runs " + name + ": " + list(pids) + "; attach to one by its id"});
}

Reply await(Client& client, const HexText& request) {
  const auto running = target::processes_named(file_name(request));
  client.awaited = Client::Awaited{file_name(request), {running.begin(), running.end()}};
  client.console.say("Waiting for a new process of " + file_name(request));
  return reply::Later{};
}

Reply attach_by_name(Client& client, const HexText& request) {
  const auto running = target::processes_named(file_name(request));
  if (running.empty()) return failed({ESRCH, "no process runs " + file_name(request) + "; start it, or wait for it"});
  return attach_to_one_of(client, running, file_name(request));
}

Reply attach_or_await(Client& client, const HexText& request) {
  const auto running = target::processes_named(file_name(request));
  return running.empty() ? await(client, request) : attach_to_one_of(client, running, file_name(request));
}

template <Reply (*handle)(Client&, const HexText&)>
Reply named(Client& client, const HexText& request) {
  return file_name(request).empty() ? malformed() : handle(client, request);
}

Reply can_attach_or_await(Client&) { return reply::Ok{}; }

// ---- ending

void forget_if_gone(Client& client, target::Pid pid) {
  if (client.last_stop && client.last_stop->thread.pid == pid) client.last_stop.reset();
  client.general = client.resumed = {};
}

Reply give_back(Client& client, target::Process& process) {
  const auto pid = process.pid();
  client.console.give_back(process);
  forget_if_gone(client, pid);
  return reply::Ok{};
}

template <target::After after>
Reply detach_one(Client& client, const NamesProcess& request) {
  auto* process = client.inferiors.find(request.pid);
  if (process != nullptr) client.console.say("Detaching from process " + number(request.pid));
  if (process != nullptr && client.console.is_borrowed() && after == target::After::GoesOn) return give_back(client, *process);
  auto detached = client.inferiors.detach(request.pid, after);
  forget_if_gone(client, request.pid);
  return reply_to(detached);
}

template <target::After after>
Reply detach_all(Client& client) {
  std::vector<target::Pid> pids;
  for (const auto& [pid, process] : client.inferiors.processes()) pids.push_back(pid);
  if (pids.empty()) return failed({ESRCH, "no process is being debugged"});
  // A child that its parent's detach has let go is not there any more.
  for (const auto pid : pids) (void)detach_one<after>(client, {pid});
  return reply::Ok{};
}

Reply can_detach_stopped(Client&) { return reply::Ok{}; }

Reply detach_on_loss(Client& client, const Switch& request) {
  client.speaks_lldb();
  client.detaches_on_loss = request.on;
  return reply::Ok{};
}

Reply kill_one(Client& client, const NamesProcess& request) {
  if (client.inferiors.find(request.pid) != nullptr)
    client.console.say("Killing process(es): " + number(request.pid));
  auto killed = client.inferiors.kill(request.pid);
  forget_if_gone(client, request.pid);
  return reply_to(killed);
}

void kill_every_one(Client& client) {
  while (!client.inferiors.empty())
    (void)kill_one(client, {client.inferiors.processes().begin()->first});
}

// lldb wants to hear of the end, in non-stop mode of that of each process, and ends the connection afterwards.
Reply kill_and_tell(Client& client) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  std::vector<target::StopEvent> ends;
  for (const auto& [pid, killed] : client.inferiors.processes())
    ends.push_back({{pid, target::leader_of(pid)}, target::ProcessKilled{target::Signal{SIGKILL}}});
  const target::StopEvent chosen{{(*process)->pid(), target::leader_of((*process)->pid())}, ends.front().cause};
  kill_every_one(client);
  if (client.inferiors.mode() == target::run_control::Mode::AllStop) return reply::Payload{describe_stop(client, chosen)};
  client.stops.clear();
  for (const auto& end : ends) client.stops.push(end);
  return reply::Ok{};
}

// gdb gives k no answer, and in a plain remote session it is the end of the server too.
Reply kill_all(Client& client) {
  if (client.features.dialect == Dialect::Lldb) return kill_and_tell(client);
  kill_every_one(client);
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
  // gdb detaches at its end from what it has attached to, and kills the rest.
  const bool attached = process->origin() == target::Origin::Attached || client.console.is_borrowed();
  return reply::Payload{attached ? "1" : "0"};
}

constexpr auto going_on = target::After::GoesOn;
constexpr auto stopped = target::After::StaysStopped;

constexpr std::array routes{
    Route{"vAttach;", parse_then<NamesProcess, attach>},
    Route{"vAttachName;", parse_then<HexText, named<attach_by_name>>},
    Route{"vAttachWait;", parse_then<HexText, named<await>>},
    Route{"vAttachOrWait;", parse_then<HexText, named<attach_or_await>>},
    bare<can_attach_or_await>("qVAttachOrWaitSupported"),
    Route{"vKill;", parse_then<NamesProcess, kill_one>},
    bare<detach_all<going_on>>("D"),
    Route{"D;", parse_then<NamesProcess, detach_one<going_on>>},
    bare<detach_all<stopped>>("D1"),
    Route{"D1;", parse_then<NamesProcess, detach_one<stopped>>},
    bare<can_detach_stopped>("qSupportsDetachAndStayStopped:"),
    Route{"QSetDetachOnError:", parse_then<Switch, detach_on_loss>},
    bare<kill_all>("k"),
    Route{"qAttached", was_attached},
};

}  // namespace

std::optional<Reply> attach_to_awaited(Client& client) {
  for (const auto pid : target::processes_named(client.awaited->file_name)) {
    if (client.awaited->others.contains(pid)) continue;
    client.awaited.reset();
    return attach(client, {pid});
  }
  return std::nullopt;
}

std::span<const Route> processes() { return routes; }

}  // namespace server::handlers
