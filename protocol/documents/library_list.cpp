#include "protocol/documents/library_list.hpp"

#include <string_view>

#include "protocol/documents/xml.hpp"
#include "protocol/hex.hpp"

namespace protocol::documents {
namespace {

void append_address(std::string& out, std::string_view name, target::Address address) {
  out += " ";
  out += name;
  out += "=\"0x";
  append_hex_number(out, address.value);
  out += "\"";
}

}  // namespace

std::string library_list(const target::LinkMaps& maps) {
  std::string out = "<library-list-svr4 version=\"1.0\"";
  if (maps.main.value != 0) append_address(out, "main-lm", maps.main);
  if (maps.libraries.empty()) return out + "/>\n";
  out += ">\n";
  for (const auto& library : maps.libraries) {
    out += "<library name=\"" + escape_xml(library.name) + "\"";
    append_address(out, "lm", library.address);
    append_address(out, "l_addr", library.load_bias);
    append_address(out, "l_ld", library.dynamic);
    if (library.name_space.value != 0) append_address(out, "lmid", library.name_space);
    out += "/>\n";
  }
  out += "</library-list-svr4>\n";
  return out;
}

}  // namespace protocol::documents
