#include "target/bytecode/program.hpp"

#include <optional>
#include <string>

#include "target/bytecode/opcodes.hpp"

namespace target::bytecode {

namespace {

tl::unexpected<Error> wrong(std::size_t offset, const std::string& what) {
  return failure(EINVAL, "agent expression: " + what + " at offset " + std::to_string(offset));
}

}  // namespace

/// Walks every path once, with the height of the stack on it.
class Checker {
 public:
  explicit Checker(Program& program) : program_(program), heights_(program.code_.size()) {}

  Result<void> run() {
    if (auto entered = enter(0, 0); !entered) return entered;
    while (!to_visit_.empty()) {
      const std::size_t offset = to_visit_.back();
      to_visit_.pop_back();
      if (auto fine = visit(offset, *heights_[offset]); !fine) return fine;
    }
    return {};
  }

 private:
  std::span<const std::uint8_t> operands(std::size_t offset, std::size_t bytes) const {
    return program_.code().subspan(offset + 1, bytes);
  }

  Result<void> enter(std::size_t offset, std::size_t height) {
    if (offset >= heights_.size()) return wrong(offset, "the code runs out without an end");
    if (heights_[offset] && *heights_[offset] != height)
      return wrong(offset, "the stack has two heights, " + std::to_string(*heights_[offset]) + " and " +
                               std::to_string(height));
    if (heights_[offset]) return {};
    heights_[offset] = height;
    to_visit_.push_back(offset);
    return {};
  }

  Result<void> visit(std::size_t offset, std::size_t height) {
    const std::uint8_t code = program_.code_[offset];
    const auto* op = traits(code);
    if (op == nullptr) return wrong(offset, "there is no operation " + std::to_string(code));
    if (!op->supported)
      return failure(ENOTSUP, "agent expression: the operation " + std::string(op->name) +
                                  " cannot be used in conditions and commands of breakpoints");
    if (offset + op->operand_bytes >= heights_.size()) return wrong(offset, "operands are cut off");
    std::size_t pops = op->pops;
    std::size_t next = offset + 1 + op->operand_bytes;
    const auto given = operands(offset, op->operand_bytes);
    switch (static_cast<Op>(code)) {
      case Op::End:
        program_.yields_value_ &= height > 0;
        return {};
      case Op::Pick:
        if (height <= given[0]) return wrong(offset, "pick reaches below the stack");
        return enter_after(next, offset, height, 0, 1);
      case Op::Ext:
      case Op::ZeroExt:
        if (given[0] == 0 || given[0] > 64) return wrong(offset, "a number of bits that no value has");
        break;
      case Op::Goto:
        return enter(big_endian(given), height);
      case Op::IfGoto:
        if (height == 0) return wrong(offset, "the stack is empty");
        if (auto fine = enter(big_endian(given), height - 1); !fine) return fine;
        break;
      case Op::Printf: {
        auto bytes = take_format(offset);
        if (!bytes) return tl::unexpected(bytes.error());
        pops += given[0];
        next += *bytes;
        break;
      }
      default:
        break;
    }
    return enter_after(next, offset, height, pops, op->pushes);
  }

  Result<void> enter_after(std::size_t next, std::size_t offset, std::size_t height, std::size_t pops,
                           std::size_t pushes) {
    if (height < pops) return wrong(offset, "the stack is too low");
    if (height - pops + pushes > Program::deepest_stack) return wrong(offset, "the stack is too high");
    return enter(next, height - pops + pushes);
  }

  // printf ARGUMENTS(1) LENGTH(2) format with its null byte, which LENGTH counts
  Result<std::size_t> take_format(std::size_t offset) {
    const std::size_t arguments = program_.code_[offset + 1];
    const std::size_t bytes = big_endian(operands(offset, 3).subspan(1));
    const std::size_t begin = offset + 4;
    if (bytes == 0 || begin + bytes > program_.code_.size() || program_.code_[begin + bytes - 1] != 0)
      return wrong(offset, "the printf format has no end");
    const auto* text = reinterpret_cast<const char*>(program_.code_.data() + begin);
    auto format = PrintFormat::parse({text, bytes - 1});
    if (!format) return tl::unexpected(format.error());
    if (format->arguments() != arguments) return wrong(offset, "the printf format wants another number of arguments");
    program_.formats_.emplace(offset, std::move(*format));
    return bytes;
  }

  Program& program_;
  std::vector<std::optional<std::size_t>> heights_;
  std::vector<std::size_t> to_visit_;
};

Result<Program> Program::check(std::vector<std::uint8_t> code) {
  Program program;
  program.code_ = std::move(code);
  if (auto fine = Checker(program).run(); !fine) return tl::unexpected(fine.error());
  return program;
}

}  // namespace target::bytecode
