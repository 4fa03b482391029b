#pragma once

#include <optional>
#include <string>

#include "protocol/field_reader.hpp"
#include "protocol/transfer_window.hpp"

namespace protocol::requests {

/// qXfer:object:read:annex:offset,length (the route has taken everything up to the annex)
struct ReadObject {
  std::string annex;
  TransferWindow window;

  static std::optional<ReadObject> parse(FieldReader in) {
    ReadObject request;
    request.annex = in.until(':');
    in.expect(':');
    request.window = TransferWindow::read(in);
    in.accept(':');  // some of those who know lldb-server end it so
    if (!in.complete()) return std::nullopt;
    return request;
  }
};

/// qXfer:object:write:annex:offset:escaped bytes
struct WriteObject {
  std::string annex;
  std::uint64_t offset = 0;
  std::string bytes;

  static std::optional<WriteObject> parse(FieldReader in) {
    WriteObject request;
    request.annex = in.until(':');
    in.expect(':');
    request.offset = in.hex<std::uint64_t>();
    in.expect(':');
    request.bytes = in.binary();
    if (!in.complete()) return std::nullopt;
    return request;
  }
};

}  // namespace protocol::requests
