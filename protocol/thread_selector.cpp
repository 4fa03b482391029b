#include "protocol/thread_selector.hpp"

#include <limits>

namespace protocol {
namespace {

using Match = target::ThreadSelector::Match;

struct Id {
  Match match = Match::Any;
  int number = 0;
};

Id read_id(FieldReader& in) {
  if (in.accept('-')) {
    in.expect('1');
    return {Match::All, 0};
  }
  const auto number = in.hex<std::uint32_t>();
  if (number == 0) return {Match::Any, 0};
  if (number > static_cast<std::uint32_t>(std::numeric_limits<int>::max())) in.fail();
  return {Match::One, static_cast<int>(number)};
}

}  // namespace

target::ThreadSelector read_thread_selector(FieldReader& in) {
  Id process;
  Id thread;
  if (in.accept('p')) {
    process = read_id(in);
    thread = in.accept('.') ? read_id(in) : Id{Match::All, 0};
    // A thread is of one process.
    if (process.match != Match::One && thread.match == Match::One) in.fail();
  } else {
    thread = read_id(in);
    if (thread.match == Match::All) process.match = Match::All;
  }
  return {process.match, target::Pid{process.number}, thread.match, target::Tid{thread.number}};
}

std::optional<target::ThreadSelector> take_thread_suffix(FieldReader& in) {
  constexpr std::string_view key = ";thread:";
  const auto text = FieldReader(in).rest();
  const auto start = text.rfind(key);
  if (start == std::string_view::npos) return std::nullopt;
  FieldReader suffix(text.substr(start + key.size()));
  const auto selector = read_thread_selector(suffix);
  suffix.accept(';');
  in = FieldReader(text.substr(0, start));
  if (!suffix.complete()) in.fail();
  return selector;
}

void append_thread_id(std::string& out, target::ThreadId id, bool multiprocess) {
  if (multiprocess) {
    out.push_back('p');
    append_hex_number(out, static_cast<std::uint64_t>(id.pid.value));
    out.push_back('.');
  }
  append_hex_number(out, static_cast<std::uint64_t>(id.tid.value));
}

}  // namespace protocol
