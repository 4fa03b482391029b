#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace protocol::documents {

struct OsDataColumn {
  std::string name;
  std::string value;
};
using OsDataItem = std::vector<OsDataColumn>;

/// The object that qXfer:osdata:read hands out.
std::string osdata(std::string_view type, const std::vector<OsDataItem>& items);

}  // namespace protocol::documents
