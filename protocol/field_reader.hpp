#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/escaping.hpp"
#include "protocol/hex.hpp"

namespace protocol {

/// A cursor over one payload that remembers its first failure, so that parsers are straight lines:
/// read every field, then ask complete().
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text) {}

  /// One or more hex digits that fit into T.
  template <std::unsigned_integral T>
  T hex() {
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text_.size() && hex_value(text_[digits]) >= 0; ++digits) {
      if (number >> 60 != 0) return fail<T>();
      number = number << 4 | static_cast<std::uint64_t>(hex_value(text_[digits]));
    }
    if (digits == 0 || number > std::numeric_limits<T>::max()) return fail<T>();
    text_.remove_prefix(digits);
    return static_cast<T>(number);
  }

  /// One or more decimal digits that fit into T.
  template <std::unsigned_integral T>
  T decimal() {
    T number = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), number);
    if (error != std::errc()) return fail<T>();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return number;
  }

  void expect(char c) {
    if (text_.empty() || text_.front() != c)
      failed_ = true;
    else
      text_.remove_prefix(1);
  }

  void expect(std::string_view word) {
    if (!text_.starts_with(word))
      failed_ = true;
    else
      text_.remove_prefix(word.size());
  }

  /// Takes the character if it is next.
  bool accept(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// Takes the word if it is next.
  bool accept(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  bool next_is(char c) const { return !text_.empty() && text_.front() == c; }
  bool at_end() const { return text_.empty(); }

  /// Up to the next `stop`, which stays, or to the end.
  std::string_view until(char stop) {
    const auto field = text_.substr(0, text_.find(stop));
    text_.remove_prefix(field.size());
    return field;
  }

  std::string_view rest() {
    const auto all = text_;
    text_ = {};
    return all;
  }

  /// Everything that is left, as escaped binary.
  std::string binary() {
    auto bytes = unescape(rest());
    if (!bytes) failed_ = true;
    return std::move(bytes).value_or(std::string());
  }

  /// The field up to `stop` (or the end), as hex digits of bytes.
  std::string hex_text(char stop = '\0') {
    auto bytes = decode_hex(stop == '\0' ? rest() : until(stop));
    if (!bytes) failed_ = true;
    return std::move(bytes).value_or(std::string());
  }

  /// Exactly so many bytes, as hex digits.
  std::string hex_text_of(std::size_t bytes) {
    const auto digits = text_.substr(0, bytes > text_.size() / 2 ? std::string_view::npos : 2 * bytes);
    text_.remove_prefix(digits.size());
    auto decoded = decode_hex(digits);
    if (!decoded || decoded->size() != bytes) failed_ = true;
    return std::move(decoded).value_or(std::string());
  }

  void fail() { failed_ = true; }
  bool failed() const { return failed_; }
  /// True if nothing failed and nothing is left over.
  bool complete() const { return !failed_ && text_.empty(); }

 private:
  template <class T>
  T fail() {
    failed_ = true;
    return T{};
  }

  std::string_view text_;
  bool failed_ = false;
};

}  // namespace protocol
