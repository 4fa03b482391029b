// The decoder gives the same frames however the bytes are cut, and what is encoded comes back.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "protocol/escaping.hpp"
#include "protocol/framing.hpp"

namespace {

using namespace protocol;

constexpr std::size_t longest = 64;

void insist(bool fine) {
  if (!fine) std::abort();
}

struct Seen {
  std::size_t kind;
  std::string payload;
  bool operator==(const Seen&) const = default;
};

void drain(FrameDecoder& decoder, std::vector<Seen>& frames) {
  while (const auto frame = decoder.next()) {
    const auto* packet = std::get_if<Packet>(&*frame);
    // How much noise makes one frame is up to the pieces it comes in.
    if (!std::holds_alternative<Noise>(*frame))
      frames.push_back({frame->index(), packet != nullptr ? std::string(packet->payload) : std::string()});
  }
}

// `cuts` says how long each piece is; 0 ends the cutting.
std::vector<Seen> decode(std::string_view bytes, std::string_view cuts) {
  FrameDecoder decoder(longest);
  std::vector<Seen> frames;
  for (std::size_t i = 0; !bytes.empty(); ++i) {
    const std::size_t wanted = i < cuts.size() ? static_cast<unsigned char>(cuts[i]) % 16 : 0;
    const auto piece = bytes.substr(0, wanted == 0 ? bytes.size() : wanted);
    decoder.feed(piece);
    drain(decoder, frames);
    bytes.remove_prefix(piece.size());
  }
  return frames;
}

void check_that_it_comes_back(std::string_view data) {
  std::string escaped;
  insist(append_escaped(escaped, data) == data.size());
  insist(unescape(escaped) == data);
  std::string framed;
  append_packet(framed, escaped);
  FrameDecoder decoder(framed.size());
  decoder.feed(framed);
  const auto frame = decoder.next();
  insist(frame && std::holds_alternative<Packet>(*frame) && !decoder.next());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto middle = all.size() / 4;
  const auto cuts = all.substr(0, middle), bytes = all.substr(middle);
  insist(decode(bytes, cuts) == decode(bytes, {}));
  check_that_it_comes_back(all);
  return 0;
}
