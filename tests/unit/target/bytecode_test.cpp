#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>
#include <map>

#include "target/bytecode/evaluate.hpp"
#include "target/bytecode/opcodes.hpp"

namespace target::bytecode {
namespace {

using Code = std::vector<std::uint8_t>;
using testing::HasSubstr;

class World : public Environment {
 public:
  Result<std::uint64_t> register_value(std::size_t number) override {
    if (number >= 8) return failure(EINVAL, "no such register");
    return 100 + number;
  }
  Result<void> read(Address from, std::span<std::byte> into) override {
    for (auto& byte : into) {
      const auto known = memory.find(from.value);
      if (known == memory.end()) return failure(EFAULT, "nothing there");
      byte = std::byte{known->second};
      from = from + 1;
    }
    return {};
  }
  void print(std::string_view text) override { printed += text; }

  std::map<std::uint64_t, std::uint8_t> memory;
  std::string printed;
};

std::uint8_t byte(Op op) { return static_cast<std::uint8_t>(op); }

void append(Code& code, std::uint64_t constant) {
  code.push_back(byte(Op::Const64));
  for (int shift = 56; shift >= 0; shift -= 8) code.push_back(static_cast<std::uint8_t>(constant >> shift));
}

std::string error_of(const Code& code) {
  const auto program = Program::check(code);
  return program ? "" : program.error().message;
}

Result<std::uint64_t> run(const Code& code, World& world) {
  const auto program = Program::check(code);
  if (!program) return tl::unexpected(program.error());
  return evaluate(*program, world);
}

std::uint64_t binary(Op op, std::uint64_t a, std::uint64_t b) {
  Code code;
  append(code, a);
  append(code, b);
  code.push_back(byte(op));
  code.push_back(byte(Op::End));
  World world;
  const auto value = run(code, world);
  EXPECT_TRUE(value) << (value ? "" : value.error().message);
  return value.value_or(0xdead);
}

constexpr std::uint64_t minus(std::int64_t value) { return static_cast<std::uint64_t>(-value); }

TEST(Bytecode, computes_as_the_manual_says) {
  EXPECT_EQ(binary(Op::Add, 7, minus(9)), minus(2));
  EXPECT_EQ(binary(Op::Sub, 7, 9), minus(2));
  EXPECT_EQ(binary(Op::Mul, minus(3), 5), minus(15));
  EXPECT_EQ(binary(Op::DivSigned, minus(7), 2), minus(3));
  EXPECT_EQ(binary(Op::DivUnsigned, minus(1), 2), minus(1) / 2);
  EXPECT_EQ(binary(Op::RemSigned, minus(7), 2), minus(1));
  EXPECT_EQ(binary(Op::RemUnsigned, 7, 4), 3u);
  EXPECT_EQ(binary(Op::Lsh, 1, 8), 256u);
  EXPECT_EQ(binary(Op::RshSigned, minus(256), 4), minus(16));
  EXPECT_EQ(binary(Op::RshUnsigned, 256, 4), 16u);
  EXPECT_EQ(binary(Op::BitAnd, 12, 10), 8u);
  EXPECT_EQ(binary(Op::BitOr, 12, 10), 14u);
  EXPECT_EQ(binary(Op::BitXor, 12, 10), 6u);
  EXPECT_EQ(binary(Op::Equal, 3, 3), 1u);
  EXPECT_EQ(binary(Op::LessSigned, minus(1), 0), 1u);
  EXPECT_EQ(binary(Op::LessUnsigned, minus(1), 0), 0u);
}

TEST(Bytecode, survives_what_traps_elsewhere) {
  EXPECT_EQ(binary(Op::DivSigned, 1ull << 63, minus(1)), 1ull << 63);
  EXPECT_EQ(binary(Op::RemSigned, 1ull << 63, minus(1)), 0u);
  EXPECT_EQ(binary(Op::Lsh, 1, 64), 0u);
  EXPECT_EQ(binary(Op::RshUnsigned, minus(1), 200), 0u);
  EXPECT_EQ(binary(Op::RshSigned, minus(1), 200), minus(1));
  World world;
  for (const Op op : {Op::DivSigned, Op::DivUnsigned, Op::RemSigned, Op::RemUnsigned}) {
    const auto value = run({byte(Op::Const8), 1, byte(Op::Const8), 0, byte(op), byte(Op::End)}, world);
    ASSERT_FALSE(value);
    EXPECT_THAT(value.error().message, HasSubstr("division by zero"));
  }
}

TEST(Bytecode, moves_values_about) {
  World world;
  // 1 2 3 -> 3 1 2, then 3 1 2 with pick 2 -> 3
  const Code shuffled{byte(Op::Const8), 1, byte(Op::Const8), 2, byte(Op::Const8), 3, byte(Op::Rot)};
  const auto ending = [&](Code tail) {
    auto code = shuffled;
    code.insert(code.end(), tail.begin(), tail.end());
    code.push_back(byte(Op::End));
    return run(code, world).value_or(99);
  };
  EXPECT_EQ(ending({}), 2u);
  EXPECT_EQ(ending({byte(Op::Pop)}), 1u);
  EXPECT_EQ(ending({byte(Op::Pop), byte(Op::Pop)}), 3u);
  EXPECT_EQ(ending({byte(Op::Pick), 2}), 3u);
  EXPECT_EQ(ending({byte(Op::Swap)}), 1u);
  EXPECT_EQ(ending({byte(Op::Dup), byte(Op::Add)}), 4u);
}

TEST(Bytecode, extends_and_negates) {
  World world;
  const auto unary = [&](Code tail) {
    Code code;
    append(code, 0x1280);
    code.insert(code.end(), tail.begin(), tail.end());
    code.push_back(byte(Op::End));
    return run(code, world).value_or(99);
  };
  EXPECT_EQ(unary({byte(Op::Ext), 8}), minus(128));
  EXPECT_EQ(unary({byte(Op::Ext), 64}), 0x1280u);
  EXPECT_EQ(unary({byte(Op::ZeroExt), 8}), 0x80u);
  EXPECT_EQ(unary({byte(Op::LogNot)}), 0u);
  EXPECT_EQ(unary({byte(Op::BitNot)}), ~0x1280ull);
}

TEST(Bytecode, reads_registers_and_memory) {
  World world;
  for (std::uint8_t i = 0; i < 8; ++i) world.memory[0x10 + i] = static_cast<std::uint8_t>(0x81 + i);
  const auto reads = [&](Op op) { return run({byte(Op::Const8), 0x10, byte(op), byte(Op::End)}, world).value_or(0); };
  EXPECT_EQ(reads(Op::Ref8), 0x81u);
  EXPECT_EQ(reads(Op::Ref16), 0x8281u);
  EXPECT_EQ(reads(Op::Ref32), 0x84838281u);
  EXPECT_EQ(reads(Op::Ref64), 0x8887868584838281u);
  EXPECT_EQ(run({byte(Op::Reg), 0, 5, byte(Op::End)}, world).value_or(0), 105u);
  EXPECT_FALSE(run({byte(Op::Reg), 1, 0, byte(Op::End)}, world));
  EXPECT_FALSE(run({byte(Op::Const8), 0x14, byte(Op::Ref64), byte(Op::End)}, world));
}

TEST(Bytecode, jumps_and_gives_up_on_endless_loops) {
  World world;
  EXPECT_EQ(run({byte(Op::Const8), 1, byte(Op::IfGoto), 0, 8, byte(Op::Const8), 5, byte(Op::End), byte(Op::Const8), 6,
                 byte(Op::End)},
                world).value_or(0), 6u);
  const auto endless = run({byte(Op::Goto), 0, 0}, world);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ELOOP);
}

TEST(Bytecode, checks_before_it_runs) {
  EXPECT_THAT(error_of({}), HasSubstr("without an end"));
  EXPECT_THAT(error_of({byte(Op::Const8), 1}), HasSubstr("without an end"));
  EXPECT_THAT(error_of({byte(Op::Const32), 1, 2}), HasSubstr("cut off"));
  EXPECT_THAT(error_of({byte(Op::Add), byte(Op::End)}), HasSubstr("too low"));
  EXPECT_THAT(error_of({byte(Op::IfGoto), 0, 0}), HasSubstr("empty"));
  EXPECT_THAT(error_of({byte(Op::Const8), 1, byte(Op::Pick), 1, byte(Op::End)}), HasSubstr("below the stack"));
  EXPECT_THAT(error_of({byte(Op::Goto), 1, 0}), HasSubstr("without an end"));
  EXPECT_THAT(error_of({byte(Op::Const8), 1, byte(Op::Goto), 0, 0}), HasSubstr("two heights"));
  EXPECT_THAT(error_of({byte(Op::Const8), 1, byte(Op::Ext), 65, byte(Op::End)}), HasSubstr("bits"));
  EXPECT_THAT(error_of({0x31}), HasSubstr("no operation 49"));
  EXPECT_THAT(error_of({0xff}), HasSubstr("no operation 255"));
  EXPECT_THAT(error_of({0x2c, 0, 1, byte(Op::End)}), HasSubstr("getv"));
  Code deep;
  for (std::size_t i = 0; i <= Program::deepest_stack; ++i) deep.insert(deep.end(), {byte(Op::Const8), 1});
  deep.push_back(byte(Op::End));
  EXPECT_THAT(error_of(deep), HasSubstr("too high"));
  EXPECT_FALSE(Program::check({byte(Op::End)})->yields_value());
}

Code print(std::string_view format, std::vector<std::uint64_t> arguments) {
  Code code;
  const auto count = static_cast<std::uint8_t>(arguments.size());
  for (; !arguments.empty(); arguments.pop_back()) append(code, arguments.back());
  append(code, 0);
  append(code, 0);
  code.insert(code.end(), {byte(Op::Printf), count, 0, static_cast<std::uint8_t>(format.size() + 1)});
  code.insert(code.end(), format.begin(), format.end());
  code.insert(code.end(), {0, byte(Op::End)});
  return code;
}

std::string printed(std::string_view format, const std::vector<std::uint64_t>& arguments = {}) {
  World world;
  std::uint64_t at = 0x100;
  for (const char c : std::string_view("fish\0", 5)) world.memory[at++] = static_cast<std::uint8_t>(c);
  const auto done = run(print(format, arguments), world);
  return done ? world.printed : "error: " + done.error().message;
}

TEST(Bytecode, prints_as_c_does) {
  EXPECT_EQ(printed(R"(a\tb\\\"\101\n)"), "a\tb\\\"A\n");
  EXPECT_EQ(printed("%d%%|%5d|%-5d|%05d", {minus(1), 2, 3, 4}), "-1%|    2|3    |00004");
  EXPECT_EQ(printed("%u %x %#X %o", {minus(1), 255, 255, 8}), "4294967295 ff 0XFF 10");
  EXPECT_EQ(printed("%ld %lu %hhd %hu", {minus(1), minus(1), 0x1ff, 0x12345}), "-1 18446744073709551615 -1 9029");
  EXPECT_EQ(printed("%c%c %s|%8s|%.2s", {'h', 'i', 0x100, 0x100, 0x100}), "hi fish|    fish|fi");
  EXPECT_EQ(printed("%p %s", {0x1234, 0}), "0x1234 (null)");
}

TEST(Bytecode, refuses_formats_that_it_has_no_values_for) {
  EXPECT_THAT(printed("%f", {1}), HasSubstr("%f"));
  EXPECT_THAT(printed("%n", {1}), HasSubstr("%n"));
  EXPECT_THAT(printed("%*d", {1}), HasSubstr("error"));
  EXPECT_THAT(printed("%99999999999999d", {1}), HasSubstr("error"));
  EXPECT_THAT(printed("%d", {}), HasSubstr("another number"));
  EXPECT_THAT(printed("%"), HasSubstr("error"));
  EXPECT_THAT(printed(R"(\q)"), HasSubstr("escape"));
  EXPECT_THAT(printed("%s", {0x900}), HasSubstr("nothing there"));
}

}  // namespace
}  // namespace target::bytecode
