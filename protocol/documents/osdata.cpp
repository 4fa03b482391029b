#include "protocol/documents/osdata.hpp"

#include "protocol/documents/xml.hpp"

namespace protocol::documents {

std::string osdata(std::string_view type, const std::vector<OsDataItem>& items) {
  std::string out = "<osdata type=\"" + escape_xml(type) + "\">\n";
  for (const auto& item : items) {
    out += "<item>";
    for (const auto& column : item)
      out += "<column name=\"" + escape_xml(column.name) + "\">" + escape_xml(column.value) +
             "</column>";
    out += "</item>\n";
  }
  out += "</osdata>\n";
  return out;
}

}  // namespace protocol::documents
