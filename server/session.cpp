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

// Binary writes may have every byte escaped, and a packet's head comes on top.
constexpr std::size_t longest_request = 2 * packet_size + 64;

// Z1 to Z4 and z1 to z4
static bool names_hardware_point(std::string_view payload) {
  return payload.size() > 1 && (payload[0] == 'Z' || payload[0] == 'z') && payload[1] >= '1' && payload[1] <= '4';
}

Session::Session(target::Inferiors& inferiors, Console& console, target::LaunchSpec launch, Output& output)
    : client_(inferiors, console, std::move(launch)), output_(output), decoder_(longest_request) {
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
  if (!receiving_) flush();
}

void Session::notify_output(std::string_view text) {
  std::string payload = "O";
  append_hex(payload, text);
  client_.output.push_back(payload);
  if (client_.output.size() > 1) return;
  log::packet(log::Direction::Out, "Stdio:" + payload);
  append_notification(out_, "Stdio:" + payload);
}

void Session::look_for_program() {
  const auto answer = handlers::attach_to_awaited(client_);
  if (!answer) return;
  reply(to_payload(*answer, client_.features));
  if (!receiving_) flush();
}

void Session::receive(std::string_view bytes) {
  client_.traffic.bytes_in += bytes.size();
  decoder_.feed(bytes);
  receiving_ = true;
  while (const auto frame = decoder_.next())
    std::visit([this](const auto& what) { handle(what); }, *frame);
  receiving_ = false;
  flush();
}

void Session::handle(const Packet& packet) {
  heard_packet_ = true;
  ++client_.traffic.packets_in;
  log::packet(log::Direction::In, packet.payload);
  if (client_.acknowledges) out_.push_back('+');
  const auto [route, rest] = all_routes().find(packet.payload);
  const bool known = route != nullptr && !disabled_.contains(route->name);
  const Reply answer = known ? route->handle(client_, FieldReader(rest))
                                        : Reply(reply::Unsupported{});
  const bool answered_otherwise =
      std::holds_alternative<reply::Later>(answer) || std::holds_alternative<reply::Silent>(answer);
  if (answered_otherwise) return;
  const auto text = to_payload(answer, client_.features);
  if (names_hardware_point(packet.payload)) log::hardware_point(packet.payload, text);
  reply(text);
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

void Session::handle(const Nack&) {
  if (client_.acknowledges) out_ += last_packet_;
}

void Session::handle(const Interrupt&) {
  log::packet(log::Direction::In, "\x03");
  if (client_.awaited) {
    const auto name = std::exchange(client_.awaited, std::nullopt)->file_name;
    return reply(to_payload(failed({EINTR, "gave up waiting for " + name + ": interrupted"}), client_.features));
  }
  client_.inferiors.interrupt();
}

// Without acknowledgements nobody could send it again, and the transport has its own checksums; there are clients that
// do not compute any then.
void Session::handle(const Corrupt& packet) {
  if (client_.acknowledges)
    out_.push_back('-');
  else
    handle(Packet{packet.payload});
}

void Session::handle(const Oversized&) {
  if (client_.acknowledges) out_.push_back('+');
  reply(to_payload(reply::Failure{{EMSGSIZE, "the packet is longer than PacketSize"}}, client_.features));
}

void Session::handle(const Noise&) {
  // A browser, a port scan, a TLS hello: whoever begins with this is no debugger.
  if (!heard_packet_) output_.hang_up();
}

void Session::stopped(const target::StopEvent& event) {
  client_.last_stop = event;
  ++client_.traffic.stops;
  if (client_.inferiors.mode() == target::run_control::Mode::NonStop) return notify(event);
  if (!ends_thread(event.cause)) client_.general = target::ThreadSelector::one(event.thread);
  reply(describe_stop(client_, event));
  if (!receiving_) flush();
}

void Session::notify(const target::StopEvent& event) {
  if (!client_.stops.push(event)) return;
  const auto payload = "Stop:" + describe_stop(client_, event);
  log::packet(log::Direction::Out, payload);
  append_notification(out_, payload);
  if (!receiving_) flush();
}

void Session::reply(std::string_view payload) {
  log::packet(log::Direction::Out, payload);
  ++client_.traffic.packets_out;
  const auto start = out_.size();
  // lldb would expand them, but lldb-server has none, and smaller programs that speak to it know no run lengths.
  append_packet(out_, payload, client_.features.dialect == Dialect::Lldb ? Runs::AsTheyAre : Runs::Shortened);
  if (client_.acknowledges) last_packet_.assign(out_, start);
}

void Session::flush() {
  if (out_.empty()) return;
  client_.traffic.bytes_out += out_.size();
  output_.send(out_);
  out_.clear();
}

}  // namespace server
