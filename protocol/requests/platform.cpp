#include "protocol/requests/platform.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace protocol::requests {
namespace {

template <class T>
T decimal(FieldReader& in, std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) in.fail();
  return number;
}

std::string hex_value_of(FieldReader& in, std::string_view digits) {
  auto text = decode_hex(digits);
  if (!text) in.fail();
  return std::move(text).value_or(std::string());
}

ProcessFilter::Match match_of(FieldReader& in, std::string_view word) {
  using Match = ProcessFilter::Match;
  struct Row {
    std::string_view word;
    Match match;
  };
  constexpr std::array rows{Row{"equals", Match::Equals},     Row{"starts_with", Match::StartsWith},
                            Row{"ends_with", Match::EndsWith}, Row{"contains", Match::Contains},
                            Row{"regex", Match::Regex},       Row{"ignore", Match::Any}};
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) { return known.word == word; });
  if (row != rows.end()) return row->match;
  in.fail();
  return Match::Any;
}

struct NumberRow {
  std::string_view key;
  std::optional<int> ProcessFilter::*field;
};
constexpr std::array number_rows{
    NumberRow{"pid", &ProcessFilter::pid},   NumberRow{"parent_pid", &ProcessFilter::parent},
    NumberRow{"uid", &ProcessFilter::user},  NumberRow{"gid", &ProcessFilter::group},
    NumberRow{"euid", &ProcessFilter::effective_user}, NumberRow{"egid", &ProcessFilter::effective_group},
};

void read_term(ProcessFilter& filter, FieldReader& in, std::string_view key, std::string_view value) {
  const auto row =
      std::find_if(number_rows.begin(), number_rows.end(), [&](const NumberRow& known) { return known.key == key; });
  if (row != number_rows.end())
    filter.*row->field = decimal<int>(in, value);
  else if (key == "name_match")
    filter.match = match_of(in, value);
  else if (key == "name")
    filter.name = hex_value_of(in, value);
  else if (key == "triple")
    filter.triple = hex_value_of(in, value);
  else if (key == "all_users")
    filter.all_users = decimal<int>(in, value) != 0;
  else
    in.fail();
}

// key ":" value ";"
template <class Take>
void read_terms(FieldReader& in, Take take) {
  while (!in.at_end() && !in.failed()) {
    const auto key = in.until(':');
    in.expect(':');
    const auto value = in.until(';');
    in.accept(';');
    take(key, value);
  }
}

}  // namespace

std::optional<ProcessFilter> ProcessFilter::parse(FieldReader in) {
  ProcessFilter filter;
  if (!in.at_end()) in.expect(':');
  read_terms(in, [&](auto key, auto value) { read_term(filter, in, key, value); });
  if (!in.complete()) return std::nullopt;
  return filter;
}

std::optional<DecimalNumber> DecimalNumber::parse(FieldReader in) {
  const DecimalNumber request{decimal<int>(in, in.rest())};
  if (!in.complete() || request.number < 0) return std::nullopt;
  return request;
}

std::optional<ShellCommand> ShellCommand::parse(FieldReader in) {
  ShellCommand request;
  request.command = in.hex_text(',');
  if (in.accept(',')) request.seconds = in.hex<std::uint32_t>();
  if (in.accept(',')) request.folder = in.hex_text();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<PathMode> PathMode::parse(FieldReader in) {
  PathMode request;
  request.mode = in.hex<std::uint32_t>();
  in.expect(',');
  request.path = in.hex_text();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<PathStart> PathStart::parse(FieldReader in) {
  PathStart request;
  request.only_folders = in.hex<std::uint32_t>() != 0;
  in.expect(',');
  request.path = in.hex_text();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<FolderPath> FolderPath::parse(FieldReader in) {
  FolderPath request{in.hex_text()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<LaunchServer> LaunchServer::parse(FieldReader in) {
  LaunchServer request;
  read_terms(in, [&](auto key, auto value) {
    if (key == "port") request.port = decimal<std::uint16_t>(in, value);
  });
  if (!in.complete()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
