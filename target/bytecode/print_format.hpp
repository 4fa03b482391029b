#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "target/types/result.hpp"

namespace target::bytecode {

/// A printf format whose arguments are integers and addresses of strings in the inferior: understood once, so
/// that nothing of it can go wrong when it is printed.
class PrintFormat {
 public:
  /// As in C source, with escape sequences still in it. EINVAL for what it has no value for: %f, %n, %*d.
  static Result<PrintFormat> parse(std::string_view source);

  struct Piece {
    enum class Kind { Text, Number, Character, String };
    Kind kind = Kind::Text;
    std::string text;  ///< Text; otherwise the conversion for snprintf, taking a long long, an int or a const char*
    std::uint8_t bits = 64;     ///< Number: how many of the value count
    bool is_signed = false;
  };
  const std::vector<Piece>& pieces() const { return pieces_; }
  std::size_t arguments() const { return arguments_; }

 private:
  std::vector<Piece> pieces_;
  std::size_t arguments_ = 0;
};

/// One conversion; `value` as it lies on the stack. Not for Text and String.
std::string convert(const PrintFormat::Piece& piece, std::uint64_t value);
std::string convert(const PrintFormat::Piece& piece, const std::string& value);

}  // namespace target::bytecode
