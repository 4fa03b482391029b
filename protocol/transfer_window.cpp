#include "protocol/transfer_window.hpp"

#include <algorithm>

#include "protocol/escaping.hpp"
#include "protocol/features.hpp"

namespace protocol {

TransferWindow TransferWindow::read(FieldReader& in) {
  TransferWindow window;
  window.offset = in.hex<std::uint64_t>();
  in.expect(',');
  window.length = in.hex<std::uint64_t>();
  return window;
}

std::string TransferWindow::cut(std::string_view object) const {
  if (offset >= object.size()) return "l";
  const auto wanted = object.substr(offset, std::min<std::uint64_t>(length, packet_size));
  std::string out = "m";
  const auto taken = append_escaped(out, wanted, packet_size - 1);
  if (offset + taken == object.size()) out.front() = 'l';
  return out;
}

}  // namespace protocol
