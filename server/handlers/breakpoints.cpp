#include "protocol/requests/breakpoints.hpp"

#include <array>

#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

target::WatchKind watch_kind(BreakpointType type) {
  switch (type) {
    case BreakpointType::WatchRead: return target::WatchKind::Read;
    case BreakpointType::WatchAccess: return target::WatchKind::Access;
    default: return target::WatchKind::Write;
  }
}

target::AddressRange watched(const Breakpoint& request) {
  return {request.address, request.address + request.kind};
}

void forget_slot(target::Process& process, const Breakpoint& request) {
  auto& slots = process.space().watch_slots();
  if (request.type == BreakpointType::Hardware)
    slots.unbreak(request.address);
  else
    slots.unwatch(watch_kind(request.type), watched(request));
}

// The threads take the registers over when they next run; one does so at once, to hear whether the kernel
// accepts the address.
target::Result<void> insert_slot(Client& client, target::Process& process, const InsertBreakpoint& wanted) {
  const auto& request = wanted.point;
  auto& slots = process.space().watch_slots();
  auto added = request.type == BreakpointType::Hardware
                   ? slots.break_at(request.address, wanted.code)
                   : slots.watch(watch_kind(request.type), watched(request), wanted.code);
  if (!added) return added;
  const auto thread = client.stopped_thread();
  if (!thread) return {};
  auto applied = (*thread)->apply(slots.registers());
  if (!applied) forget_slot(process, request);
  return applied;
}

Reply insert(Client& client, target::Process& process, const InsertBreakpoint& request) {
  if (request.point.type != BreakpointType::Software) {
    const auto inserted = insert_slot(client, process, request);
    if (inserted) client.inferiors.points_changed(process);
    return reply_to(inserted);
  }
  return reply_to(process.space().breakpoints().insert(request.point.address, request.code));
}

// Removing what is not there is no error: clients repeat themselves.
Reply remove(Client& client, target::Process& process, const Breakpoint& request) {
  if (request.type == BreakpointType::Software)
    process.space().breakpoints().remove(request.address);
  else
    forget_slot(process, request);
  client.inferiors.points_changed(process);
  return reply::Ok{};
}

constexpr std::array routes{
    Route{"Z", on_process<InsertBreakpoint, insert>, "ConditionalBreakpoints+;BreakpointCommands+"},
    Route{"z", on_process<Breakpoint, remove>},
};

}  // namespace

std::span<const Route> breakpoints() { return routes; }

}  // namespace server::handlers
