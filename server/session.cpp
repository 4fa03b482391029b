#include "server/session.hpp"

#include <utility>

#include "protocol/hex.hpp"
#include "protocol/reply.hpp"
#include "server/handlers/families.hpp"
#include "server/logging.hpp"
#include "server/routes.hpp"
#include "server/stop_reporter.hpp"

namespace server {

using namespace protocol;

// Z1 to Z4 and z1 to z4
static bool names_hardware_point(std::string_view payload) {
  return payload.size() > 1 && (payload[0] == 'Z' || payload[0] == 'z') && payload[1] >= '1' && payload[1] <= '4';
}

Session::Session(target::Inferiors& inferiors, Console& console, target::LaunchSpec launch, Output& output)
    : Wire(output), client_(inferiors, console, std::move(launch)) {
  client_.show = [this](std::string_view text) {
    while (!text.empty()) {
      const auto piece = text.substr(0, packet_size / 2 - 1);
      std::string payload = "O";
      append_hex(payload, piece);
      reply(payload);
      text.remove_prefix(piece.size());
    }
  };
}

bool Session::takes_output() const {
  const bool notified = client_.inferiors.mode() == target::run_control::Mode::NonStop;
  return notified ? client_.output.empty() : !client_.inferiors.halted();
}

void Session::show_output(std::string_view text) {
  if (client_.inferiors.mode() == target::run_control::Mode::NonStop)
    notify_output(text);
  else
    client_.show(text);
  flush();
}

void Session::notify_output(std::string_view text) {
  std::string payload = "O";
  append_hex(payload, text);
  client_.output.push_back(payload);
  if (client_.output.size() > 1) return;
  notify("Stdio:" + payload);
}

void Session::look_for_program() {
  const auto answer = handlers::attach_to_awaited(client_);
  if (!answer) return;
  reply(*answer);
  flush();
}

void Session::received(std::string_view payload) {
  const auto [route, rest] = all_routes().find(payload);
  const bool known = route != nullptr && !disabled_.contains(route->name);
  const Reply answer = known ? route->handle(client_, FieldReader(rest)) : Reply(reply::Unsupported{});
  const bool answered_otherwise =
      std::holds_alternative<reply::Later>(answer) || std::holds_alternative<reply::Silent>(answer);
  if (answered_otherwise) return;
  const auto text = to_payload(answer, client_.features);
  if (names_hardware_point(payload)) log::hardware_point(payload, text);
  reply(text);
  notify_untold_stop();
}

void Session::speak(Dialect dialect) {
  protocol::speak(client_.features, dialect);
  client_.have_agreed();
}

void Session::disable(const std::vector<std::string>& packets) {
  for (const auto& name : packets) {
    const bool threads = name == "threads";
    if (name == "vCont") disabled_.insert({"vCont", "vCont?"});
    if (threads || name == "qC") disabled_.insert("qC");
    if (threads || name == "qfThreadInfo") disabled_.insert({"qfThreadInfo", "qsThreadInfo"});
    if (threads || name == "Tthread") client_.features.thread_in_stops = false;
    if (name == "T") client_.features.detailed_stops = false;
  }
}

void Session::interrupted() {
  if (!client_.awaited) return client_.inferiors.interrupt();
  const auto name = std::exchange(client_.awaited, std::nullopt)->file_name;
  reply(failed({EINTR, "gave up waiting for " + name + ": interrupted"}));
}

void Session::stopped(const target::StopEvent& event) {
  client_.last_stop = event;
  ++client_.traffic.stops;
  if (client_.inferiors.mode() == target::run_control::Mode::NonStop) return notify_stop(event);
  if (!ends_thread(event.cause)) client_.general = target::ThreadSelector::one(event.thread);
  reply(describe_stop(client_, event));
  flush();
}

void Session::notify_stop(const target::StopEvent& event) {
  client_.stops.push(event);
  notify_untold_stop();
  flush();
}

void Session::notify_untold_stop() {
  if (client_.stops.untold()) notify("Stop:" + describe_stop(client_, *client_.stops.tell()));
}

}  // namespace server
