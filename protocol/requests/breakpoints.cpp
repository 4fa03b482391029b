#include "protocol/requests/breakpoints.hpp"

namespace protocol::requests {
namespace {

Breakpoint parse_point(FieldReader& in) {
  Breakpoint point;
  const auto type = in.hex<std::uint8_t>();
  in.expect(',');
  point.address.value = in.hex<std::uint64_t>();
  in.expect(',');
  point.kind = in.hex<std::uint64_t>();
  if (type > static_cast<std::uint8_t>(BreakpointType::WatchAccess)) in.fail();
  point.type = static_cast<BreakpointType>(type);
  return point;
}

std::vector<target::HitCode::Expression> parse_expressions(FieldReader& in) {
  std::vector<target::HitCode::Expression> expressions;
  do {
    in.expect('X');
    const auto length = in.hex<std::uint32_t>();
    in.expect(',');
    const auto code = in.hex_text_of(length);
    expressions.emplace_back(code.begin(), code.end());
  } while (in.next_is('X') && !in.failed());
  return expressions;
}

}  // namespace

std::optional<Breakpoint> Breakpoint::parse(FieldReader in) {
  const auto point = parse_point(in);
  return in.complete() ? std::optional(point) : std::nullopt;
}

std::optional<InsertBreakpoint> InsertBreakpoint::parse(FieldReader in) {
  InsertBreakpoint request{parse_point(in), {}};
  while (in.accept(';') && !in.failed()) {
    if (in.accept("cmds:")) {
      request.code.persistent = in.hex<std::uint8_t>() != 0;
      in.expect(',');
      request.code.commands = parse_expressions(in);
    } else {
      request.code.conditions = parse_expressions(in);
    }
  }
  return in.complete() ? std::optional(std::move(request)) : std::nullopt;
}

}  // namespace protocol::requests
