#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/field_reader.hpp"
#include "target/types/ids.hpp"

namespace protocol::requests {

/// vRun;program[;argument...], each in hex. An empty program means the last one.
struct Run {
  std::string program;
  std::vector<std::string> arguments;
  static std::optional<Run> parse(FieldReader in);
};

/// vAttach;pid      vKill;pid      D;pid
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
struct HexText {
  std::string text;
  static std::optional<HexText> parse(FieldReader in);
};

}  // namespace protocol::requests
