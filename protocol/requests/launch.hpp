#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/field_reader.hpp"

namespace protocol::requests {

/// vRun;program[;argument...], each in hex. An empty program means the last one.
struct Run {
  std::string program;
  std::vector<std::string> arguments;
  static std::optional<Run> parse(FieldReader in);
};

/// A length,index,word [ "," length,index,word ]...
///
/// The words are in hex, and length is the number of their digits; it and index, which counts from 0, are decimal.
/// The first word is the program.
struct RunWords {
  std::vector<std::string> words;
  static std::optional<RunWords> parse(FieldReader in);
};

/// QEnvironment:name=value as it is
struct PlainText {
  std::string text;
  static std::optional<PlainText> parse(FieldReader in);
};

}  // namespace protocol::requests
