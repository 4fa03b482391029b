#include "server/wire.hpp"

#include <cerrno>

#include "server/logging.hpp"

namespace server {

using namespace protocol;

// Binary writes may have every byte escaped, and a packet's head comes on top.
constexpr std::size_t longest_request = 2 * packet_size + 64;

Wire::Wire(Output& output) : output_(output), decoder_(longest_request) {}

void Wire::receive(std::string_view bytes) {
  peer().traffic.bytes_in += bytes.size();
  decoder_.feed(bytes);
  receiving_ = true;
  while (const auto frame = decoder_.next())
    std::visit([this](const auto& what) { handle(what); }, *frame);
  receiving_ = false;
  flush();
}

void Wire::handle(const Packet& packet) {
  heard_packet_ = true;
  ++peer().traffic.packets_in;
  log::packet(log::Direction::In, packet.payload);
  if (peer().acknowledges) out_.push_back('+');
  received(packet.payload);
}

void Wire::handle(const Nack&) {
  if (peer().acknowledges) out_ += last_packet_;
}

void Wire::handle(const Interrupt&) {
  log::packet(log::Direction::In, "\x03");
  interrupted();
}

// Without acknowledgements nobody could send it again, and the transport has its own checksums; there are clients that
// do not compute any then.
void Wire::handle(const Corrupt& packet) {
  if (peer().acknowledges)
    out_.push_back('-');
  else
    handle(Packet{packet.payload});
}

void Wire::handle(const Oversized&) {
  if (peer().acknowledges) out_.push_back('+');
  reply(reply::Failure{{EMSGSIZE, "the packet is longer than PacketSize"}});
}

void Wire::handle(const Noise&) {
  // A browser, a port scan, a TLS hello: whoever begins with this is no debugger.
  if (!heard_packet_) output_.hang_up();
}

void Wire::notify(std::string_view payload) {
  log::packet(log::Direction::Out, payload);
  append_notification(out_, payload);
}

void Wire::reply(std::string_view payload) {
  log::packet(log::Direction::Out, payload);
  ++peer().traffic.packets_out;
  const auto start = out_.size();
  // lldb would expand them, but lldb-server has none, and smaller programs that speak to it know no run lengths.
  append_packet(out_, payload, peer().features.dialect == Dialect::Lldb ? Runs::AsTheyAre : Runs::Shortened);
  if (peer().acknowledges) last_packet_.assign(out_, start);
}

void Wire::flush() {
  if (receiving_ || out_.empty()) return;
  peer().traffic.bytes_out += out_.size();
  output_.send(out_);
  out_.clear();
}

}  // namespace server
