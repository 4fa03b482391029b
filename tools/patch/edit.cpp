#include "tools/patch/edit.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>

#include "target/disassembly.hpp"

namespace tools::patch {

using namespace target;

namespace {

// What the processor's manuals recommend for each length.
constexpr std::array<std::string_view, 9> do_nothing{
    "90", "6690", "0f1f00", "0f1f4000", "0f1f440000", "660f1f440000", "0f1f8000000000", "0f1f840000000000", "660f1f840000000000"};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void fill(std::vector<std::byte>& bytes, std::size_t count) {
  while (count > 0) {
    const auto length = std::min(count, do_nothing.size());
    const auto piece = *parse_bytes(std::string(do_nothing[length - 1]));
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    count -= length;
  }
}

template <class Number>
void append(std::vector<std::byte>& bytes, Number number) {
  const auto* raw = reinterpret_cast<const std::byte*>(&number);
  bytes.insert(bytes.end(), raw, raw + sizeof number);
}

std::vector<std::byte> shortest_jump(Address from, Address to, bool wide) {
  const auto distance = [&](std::size_t length) { return static_cast<std::int64_t>(to.value - from.value - length); };
  std::vector<std::byte> bytes;
  if (const auto near = distance(2); near == static_cast<std::int8_t>(near)) {
    append(bytes, std::uint8_t{0xeb});
    append(bytes, static_cast<std::int8_t>(near));
  } else if (const auto far = distance(5); !wide || far == static_cast<std::int32_t>(far)) {
    append(bytes, std::uint8_t{0xe9});
    append(bytes, static_cast<std::int32_t>(far));
  } else {
    bytes = *parse_bytes("ff2500000000");  // jmp *0(%rip), and the address behind it
    append(bytes, to.value);
  }
  return bytes;
}

Result<std::vector<Instruction>> instructions_at(Process& process, Address at, std::size_t count) {
  auto there = disassemble(process, at, count);
  if (!there) return failure(there.error().code, fmt::format("cannot read the code at {:#x}: {}", at.value, there.error().message));
  if (there->size() < count) return failure(EFAULT, fmt::format("there are not {} instructions at {:#x}", count, at.value));
  return there;
}

}  // namespace

Result<std::vector<std::byte>> parse_bytes(const std::string& text) {
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const int high = digit(text[at]), low = at + 1 < text.size() ? digit(text[at + 1]) : -1;
    if (high < 0 || low < 0) return failure(EINVAL, "\"" + text + "\" are no bytes; write two hexadecimal digits for each");
    bytes.push_back(static_cast<std::byte>(high * 16 + low));
    at += 2;
  }
  if (bytes.empty()) return failure(EINVAL, "there are no bytes to write");
  return bytes;
}

Result<Edit> nops(Process& process, Address at, std::size_t instructions) {
  const auto there = instructions_at(process, at, instructions);
  if (!there) return tl::unexpected(there.error());
  Edit edit{at, {}};
  fill(edit.bytes, there->back().at + there->back().bytes.size() - at);
  return edit;
}

Result<Edit> jump(Process& process, Address from, Address to, bool force) {
  Edit edit{from, shortest_jump(from, to, process.layout().word_bytes == 8)};
  const auto there = instructions_at(process, from, edit.bytes.size());
  if (!there) return tl::unexpected(there.error());
  const auto& first = there->front();
  if (edit.bytes.size() > first.bytes.size() && !force)
    return failure(EINVAL, fmt::format("the jump takes {} bytes, and the instruction at {:#x} ({}) has {}: it would cut the next one; "
                                       "say --force if nothing jumps there",
                                       edit.bytes.size(), from.value, first.text, first.bytes.size()));
  std::size_t room = 0;
  for (const auto& instruction : *there) {
    room += instruction.bytes.size();
    if (room >= edit.bytes.size()) break;
  }
  fill(edit.bytes, room - edit.bytes.size());
  return edit;
}

Result<void> apply(Process& process, const Edit& edit) {
  std::vector<std::byte> before(edit.bytes.size());
  const auto got = process.space().read(edit.at, before);
  if (!got || *got < before.size()) return failure(EFAULT, fmt::format("there is no memory for {} bytes at {:#x}", before.size(), edit.at.value));
  if (auto written = process.space().write(edit.at, edit.bytes); !written)
    return failure(written.error().code, fmt::format("cannot write at {:#x}: {}", edit.at.value, written.error().message));
  return {};
}

}  // namespace tools::patch
