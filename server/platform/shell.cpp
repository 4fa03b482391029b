#include <fmt/format.h>

#include <array>

#include "server/platform/client.hpp"

namespace server::platform {
namespace {

using namespace protocol;
using namespace protocol::requests;

constexpr unsigned unknown_status = 0xffffffff;
constexpr int killed = 128;  // a shell's word for it: this and the signal

// "F," status "," signal "," output, escaped
Reply describe(const ShellOutcome& outcome) {
  const auto signal = static_cast<unsigned>(outcome.ending.signal);
  const auto code = static_cast<unsigned>(signal != 0 ? killed + outcome.ending.signal : outcome.ending.code);
  reply::Payload payload{fmt::format("F,{:08x},{:08x},", outcome.timed_out ? unknown_status : code, signal)};
  append_escaped(payload.text, outcome.output);
  return payload;
}

Reply run(Client& client, const ShellCommand& request) {
  const auto& own = client.files.system.folder();
  auto job = client.jobs.run_shell(request, request.folder.empty() ? own : request.folder,
                                   [&client](const ShellOutcome& outcome) {
                                     client.answer(describe(outcome));
                                     client.job.reset();
                                   });
  if (!job) return failed(job.error());
  client.job = std::move(*job);
  return reply::Later{};
}

constexpr std::array rows{Route{"qPlatform_shell:", parse_then<ShellCommand, run>}};

}  // namespace

std::span<const Route> shell() { return rows; }

}  // namespace server::platform
