#include "protocol/requests/syscalls.hpp"

#include <array>

#include "server/handlers/families.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

Reply catch_syscalls(Client&, target::Process& process, const CatchSyscalls& request) {
  process.syscalls = request.filter;
  return reply::Ok{};
}

constexpr std::array routes{
    Route{"QCatchSyscalls:", on_process<CatchSyscalls, catch_syscalls>, "QCatchSyscalls+"},
};

}  // namespace

std::span<const Route> syscalls() { return routes; }

}  // namespace server::handlers
