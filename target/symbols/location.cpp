#include "target/symbols/location.hpp"

#include <cerrno>
#include <charconv>

namespace target::symbols {

namespace {

template <class Number>
std::optional<Number> number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

tl::unexpected<Error> wrong(std::string_view text, const std::string& why) {
  return failure(EINVAL, "\"" + std::string(text) + "\" is no location: " + why);
}

}  // namespace

Result<Location> Location::parse(std::string_view text) {
  Location location;
  location.text = text;
  auto rest = text;
  if (rest.empty()) return wrong(text, "it is empty");
  if (rest.starts_with("0x")) {
    const auto value = number<std::uint64_t>(rest);
    if (!value) return wrong(text, "an address is 0x and up to 16 hexadecimal digits");
    location.address = Address{*value};
    return location;
  }
  // A plus is also part of operator+; only one with a number behind it is ours.
  if (const auto plus = rest.rfind('+'); plus != std::string_view::npos && plus > 0)
    if (const auto offset = number<std::uint64_t>(rest.substr(plus + 1))) {
      location.offset = *offset;
      location.has_offset = true;
      rest = rest.substr(0, plus);
    }
  if (const auto mark = rest.find('!'); mark != std::string_view::npos && rest.substr(mark, 2) != "!=") {
    location.module = rest.substr(0, mark);
    rest = rest.substr(mark + 1);
    if (location.module.empty() || rest.empty()) return wrong(text, "MODULE!SYMBOL needs both names");
  }
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && colon > 0 && rest[colon - 1] != ':' && location.module.empty()) {
    const auto line = number<int>(rest.substr(colon + 1));
    if (!line || *line < 1) return wrong(text, "a line is a number from 1 on");
    if (location.has_offset) return wrong(text, "a line takes no offset");
    location.file = rest.substr(0, colon);
    location.line = *line;
    return location;
  }
  location.symbol = rest;
  return location;
}

}  // namespace target::symbols
