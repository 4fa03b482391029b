#pragma once

#include <optional>
#include <string>

#include "protocol/field_reader.hpp"
#include "target/types/ids.hpp"

namespace protocol::requests {

/// vAttach;pid      vKill;pid      D;pid      D1;pid
struct NamesProcess {
  target::Pid pid;
  static std::optional<NamesProcess> parse(FieldReader in);
};

/// Q...:0 or Q...:1
struct Switch {
  bool on = false;
  static std::optional<Switch> parse(FieldReader in);
};

/// The whole rest in hex: qRcmd,command      QEnvironmentHexEncoded:name=value      QSetWorkingDir:path
/// QSetSTDIN:path      vAttachName;program      Itext
struct HexText {
  std::string text;
  static std::optional<HexText> parse(FieldReader in);
};

}  // namespace protocol::requests
