#include "memory_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::size_t write_header = sizeof "X0123456789abcdef,12345678:" - 1;

template <class ReadPiece>
std::string read_in_pieces(std::uint64_t address, std::size_t count, std::size_t piece, ReadPiece&& read_piece) {
  std::string bytes;
  while (bytes.size() < count) {
    const auto part = read_piece(address + bytes.size(), std::min(piece, count - bytes.size()));
    if (part.empty()) throw std::runtime_error("a memory read brought nothing");
    bytes += part;
  }
  return bytes;
}

std::string read_by_hex(Session& session, std::uint64_t address, std::size_t count) {
  return read_in_pieces(address, count, session.packet_size() / 2, [&](std::uint64_t at, std::size_t length) {
    return from_hex(session.ask(fmt::format("m{:x},{:x}", at, length)));
  });
}

// `prefix`: "b" as gdb and newer lldb have it, "" as lldb up to 19 has it.
std::string read_by_binary(Session& session, std::string_view prefix, std::uint64_t address, std::size_t count) {
  const auto piece = session.packet_size() - prefix.size();
  return read_in_pieces(address, count, piece, [&](std::uint64_t at, std::size_t length) {
    const auto answer = session.ask(fmt::format("x{:x},{:x}", at, length));
    if (!answer.starts_with(prefix)) throw std::runtime_error(fmt::format("x answered \"{}\"", answer.substr(0, 20)));
    return unescape(std::string_view(answer).substr(prefix.size()));
  });
}

// A server that announces binary-upload+ must not see the x0,0 of the older form: it may change over.
std::optional<std::string> binary_prefix(Session& session) {
  if (session.announces(";binary-upload+;")) return "b";
  if (session.ask("x0,0") == "OK") return "";
  return std::nullopt;
}

void write_by_hex(Session& session, std::uint64_t address, std::string_view bytes) {
  const auto piece = (session.packet_size() - write_header) / 2;
  for (std::size_t done = 0; done < bytes.size();) {
    const auto part = bytes.substr(done, piece);
    session.ask_ok(fmt::format("M{:x},{:x}:{}", address + done, part.size(), to_hex(part)));
    done += part.size();
  }
}

void write_by_binary(Session& session, std::uint64_t address, std::string_view bytes) {
  const auto room = session.packet_size() - write_header;
  while (!bytes.empty()) {
    std::size_t taken;
    const auto data = escape(bytes, std::min(room, 2 * bytes.size()), taken);
    session.ask_ok(fmt::format("X{:x},{:x}:{}", address, taken, data));
    address += taken;
    bytes.remove_prefix(taken);
  }
}

}  // namespace

std::map<std::string, Reader> readers(Session& session) {
  std::map<std::string, Reader> ways{{"m", read_by_hex}};
  if (const auto prefix = binary_prefix(session))
    ways["x"] = [prefix = *prefix](Session& s, std::uint64_t address, std::size_t count) {
      return read_by_binary(s, prefix, address, count);
    };
  return ways;
}

std::map<std::string, Writer> writers(Session& session, std::uint64_t somewhere_writable) {
  std::map<std::string, Writer> ways{{"M", write_by_hex}};
  // gdb's probe: any answer that is not empty means yes.
  if (!session.ask(fmt::format("X{:x},0:", somewhere_writable)).empty()) ways["X"] = write_by_binary;
  return ways;
}

}  // namespace bench
