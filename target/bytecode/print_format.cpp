#include "target/bytecode/print_format.hpp"

#include <cstdio>
#include <optional>

namespace target::bytecode {
namespace {

using Piece = PrintFormat::Piece;

bool is_octal(char c) { return c >= '0' && c <= '7'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() const { return text_.empty(); }
  char peek() const { return done() ? '\0' : text_.front(); }
  char next() {
    const char c = peek();
    if (!done()) text_.remove_prefix(1);
    return c;
  }
  std::string take_all_of(std::string_view set) {
    std::string taken;
    while (!done() && set.find(peek()) != std::string_view::npos) taken += next();
    return taken;
  }

 private:
  std::string_view text_;
};

// After a backslash.
std::optional<char> escaped(Reader& in) {
  if (is_octal(in.peek())) {
    int value = 0;
    for (int digits = 0; digits < 3 && is_octal(in.peek()); ++digits) value = value * 8 + (in.next() - '0');
    return static_cast<char>(value);
  }
  switch (in.next()) {
    case '\\': return '\\';
    case '"': return '"';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'e': return '\x1b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return std::nullopt;
  }
}

std::optional<std::uint8_t> bits_for(std::string_view length) {
  if (length.empty()) return std::uint8_t{32};
  if (length == "hh") return std::uint8_t{8};
  if (length == "h") return std::uint8_t{16};
  if (length == "l" || length == "ll" || length == "z" || length == "j" || length == "t") return std::uint8_t{64};
  return std::nullopt;
}

tl::unexpected<Error> bad_format(const std::string& what) {
  return failure(EINVAL, "the printf format has " + what + "; integers, %c, %s and %p can be printed here");
}

// After a percent sign.
Result<Piece> conversion(Reader& in) {
  std::string spec = "%";
  spec += in.take_all_of("-+ #0'");
  spec += in.take_all_of("0123456789");
  if (in.peek() == '.') {
    spec += in.next();
    spec += in.take_all_of("0123456789");
  }
  const auto length = in.take_all_of("hlzjt");
  const char letter = in.next();
  const auto bits = bits_for(length);
  // A width that no terminal has is a slip, and would only cost memory.
  if (!bits || spec.size() > 12) return bad_format("a conversion " + spec + length + letter);
  switch (letter) {
    case 'd':
    case 'i':
      return Piece{Piece::Kind::Number, spec + "lld", *bits, true};
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return Piece{Piece::Kind::Number, spec + "ll" + letter, *bits, false};
    case 'p':
      return Piece{Piece::Kind::Number, "%#llx", 64, false};
    case 'c':
      return Piece{Piece::Kind::Character, spec + "c", 8, false};
    case 's':
      return Piece{Piece::Kind::String, spec + "s", 64, false};
    default:
      return bad_format("a conversion " + spec + length + (letter == '\0' ? std::string("without an end") : std::string(1, letter)));
  }
}

template <class Value>
std::string formatted(const std::string& spec, Value value) {
  const int length = std::snprintf(nullptr, 0, spec.c_str(), value);
  std::string text(length > 0 ? static_cast<std::size_t>(length) : 0, '\0');
  std::snprintf(text.data(), text.size() + 1, spec.c_str(), value);
  return text;
}

}  // namespace

Result<PrintFormat> PrintFormat::parse(std::string_view source) {
  PrintFormat format;
  std::string text;
  const auto end_text = [&] {
    if (!text.empty()) format.pieces_.push_back({Piece::Kind::Text, std::exchange(text, {}), 0, false});
  };
  for (Reader in(source); !in.done();) {
    const char c = in.next();
    if (c == '\\') {
      const auto meant = escaped(in);
      if (!meant) return bad_format("an unknown escape sequence");
      text += *meant;
    } else if (c != '%' || in.peek() == '%') {
      text += c == '%' ? in.next() : c;
    } else {
      auto piece = conversion(in);
      if (!piece) return tl::unexpected(piece.error());
      end_text();
      format.pieces_.push_back(std::move(*piece));
      ++format.arguments_;
    }
  }
  end_text();
  return format;
}

std::string convert(const PrintFormat::Piece& piece, std::uint64_t value) {
  if (piece.kind == Piece::Kind::Character) return formatted(piece.text, static_cast<int>(static_cast<unsigned char>(value)));
  const unsigned unused = 64u - piece.bits;
  const std::uint64_t high = value << unused;
  return formatted(piece.text, piece.is_signed ? static_cast<long long>(high) >> unused
                                               : static_cast<long long>(high >> unused));
}

std::string convert(const PrintFormat::Piece& piece, const std::string& value) {
  return formatted(piece.text, value.c_str());
}

}  // namespace target::bytecode
