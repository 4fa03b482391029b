#include "target/bytecode/evaluate.hpp"

#include <array>
#include <string>

#include "target/bytecode/opcodes.hpp"

namespace target::bytecode {
namespace {

constexpr int most_operations = 10'000;
constexpr std::size_t longest_string = 4096;

using Value = std::uint64_t;

std::int64_t as_signed(Value value) { return static_cast<std::int64_t>(value); }

Value extended(Value value, unsigned bits, bool keep_sign) {
  const unsigned unused = 64 - bits;
  return keep_sign ? static_cast<Value>(as_signed(value << unused) >> unused) : value << unused >> unused;
}

Result<Value> divided(Op op, Value a, Value b) {
  if (b == 0) return failure(EDOM, "agent expression: division by zero");
  // The one signed quotient that does not fit.
  const bool overflows = as_signed(b) == -1;
  switch (op) {
    case Op::DivSigned: return overflows ? 0 - a : static_cast<Value>(as_signed(a) / as_signed(b));
    case Op::RemSigned: return overflows ? 0 : static_cast<Value>(as_signed(a) % as_signed(b));
    case Op::DivUnsigned: return a / b;
    default: return a % b;
  }
}

Value combined(Op op, Value a, Value b) {
  switch (op) {
    case Op::Add: return a + b;
    case Op::Sub: return a - b;
    case Op::Mul: return a * b;
    case Op::Lsh: return b < 64 ? a << b : 0;
    case Op::RshUnsigned: return b < 64 ? a >> b : 0;
    case Op::RshSigned: return static_cast<Value>(as_signed(a) >> (b < 64 ? b : 63));
    case Op::BitAnd: return a & b;
    case Op::BitOr: return a | b;
    case Op::BitXor: return a ^ b;
    case Op::Equal: return a == b;
    case Op::LessSigned: return as_signed(a) < as_signed(b);
    default: return a < b;  // LessUnsigned
  }
}

/// One evaluation. The program has been checked, so nothing here looks at the bounds of stack and code.
class Evaluation {
 public:
  Evaluation(const Program& program, Environment& environment)
      : program_(program), code_(program.code()), environment_(environment) {}

  Result<Value> run() {
    for (int operations = 0; operations < most_operations; ++operations) {
      const auto op = static_cast<Op>(code_[at_]);
      if (op == Op::End) return height_ > 0 ? stack_[height_ - 1] : 0;
      if (auto done = perform(op); !done) return tl::unexpected(done.error());
    }
    return failure(ELOOP, "agent expression: no end after 10000 operations");
  }

 private:
  void push(Value value) { stack_[height_++] = value; }
  Value pop() { return stack_[--height_]; }
  Value& top() { return stack_[height_ - 1]; }
  Value operand(std::size_t bytes) const { return big_endian(code_.subspan(at_ + 1, bytes)); }

  Result<void> perform(Op op) {
    const std::size_t here = at_;
    const std::size_t operand_bytes = traits(code_[here])->operand_bytes;
    const Value given = operand_bytes > 0 ? operand(operand_bytes) : 0;
    at_ += 1 + operand_bytes;
    switch (op) {
      case Op::DivSigned:
      case Op::DivUnsigned:
      case Op::RemSigned:
      case Op::RemUnsigned: {
        const Value b = pop();
        const auto quotient = divided(op, top(), b);
        if (!quotient) return tl::unexpected(quotient.error());
        top() = *quotient;
        return {};
      }
      case Op::LogNot: top() = top() == 0; return {};
      case Op::BitNot: top() = ~top(); return {};
      case Op::Ext: top() = extended(top(), static_cast<unsigned>(given), true); return {};
      case Op::ZeroExt: top() = extended(top(), static_cast<unsigned>(given), false); return {};
      case Op::Ref8: return refer(1);
      case Op::Ref16: return refer(2);
      case Op::Ref32: return refer(4);
      case Op::Ref64: return refer(8);
      case Op::IfGoto:
        if (pop() != 0) at_ = given;
        return {};
      case Op::Goto: at_ = given; return {};
      case Op::Const8:
      case Op::Const16:
      case Op::Const32:
      case Op::Const64: push(given); return {};
      case Op::Reg: return push_register(given);
      case Op::Dup: push(top()); return {};
      case Op::Pop: pop(); return {};
      case Op::Swap: std::swap(stack_[height_ - 1], stack_[height_ - 2]); return {};
      case Op::Pick: push(stack_[height_ - 1 - given]); return {};
      case Op::Rot: {
        // a b c -> c a b
        const Value c = pop(), b = pop(), a = pop();
        push(c), push(a), push(b);
        return {};
      }
      case Op::Printf: return print(here);
      default: {
        const Value b = pop();
        top() = combined(op, top(), b);
        return {};
      }
    }
  }

  Result<void> refer(std::size_t bytes) {
    Value value = 0;
    auto got = environment_.read(Address{top()}, std::as_writable_bytes(std::span(&value, 1)).first(bytes));
    if (got) top() = value;
    return got;
  }

  Result<void> push_register(std::size_t number) {
    const auto value = environment_.register_value(number);
    if (!value) return tl::unexpected(value.error());
    push(*value);
    return {};
  }

  // On top lie a function and a channel, which mean nothing to a server; then the arguments, the first one
  // uppermost.
  Result<void> print(std::size_t here) {
    const auto& format = program_.format_at(here);
    at_ += big_endian(code_.subspan(here + 2, 2));
    height_ -= 2;
    std::string text;
    for (const auto& piece : format.pieces()) {
      switch (piece.kind) {
        case PrintFormat::Piece::Kind::Text:
          text += piece.text;
          break;
        case PrintFormat::Piece::Kind::String: {
          const auto value = string_at(Address{pop()});
          if (!value) return tl::unexpected(value.error());
          text += convert(piece, *value);
          break;
        }
        default:
          text += convert(piece, pop());
      }
    }
    environment_.print(text);
    return {};
  }

  Result<std::string> string_at(Address from) {
    if (from.value == 0) return "(null)";
    std::string text;
    for (std::byte byte{}; text.size() < longest_string; text += static_cast<char>(byte)) {
      if (auto got = environment_.read(from + text.size(), std::span(&byte, 1)); !got)
        return tl::unexpected(got.error());
      if (byte == std::byte{0}) break;
    }
    return text;
  }

  const Program& program_;
  std::span<const std::uint8_t> code_;
  Environment& environment_;
  std::array<Value, Program::deepest_stack + 1> stack_;
  std::size_t height_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::uint64_t> evaluate(const Program& program, Environment& environment) {
  return Evaluation(program, environment).run();
}

}  // namespace target::bytecode
