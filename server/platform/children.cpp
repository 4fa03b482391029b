#include <signal.h>

#include "server/platform/jobs.hpp"

namespace server::platform {

Children::Children(asio::io_context& loop) : signals_(loop, SIGCHLD) { wait(); }

void Children::wait() {
  signals_.async_wait([this](const asio::error_code& error, int) {
    if (error) return;
    collect();
    wait();
  });
}

// One signal may stand for many; and what is called may start others.
void Children::collect() {
  std::vector<std::pair<std::function<void(target::ProgramEnd)>, target::ProgramEnd>> ended;
  for (auto child = watched_.begin(); child != watched_.end();) {
    const auto ending = target::reap(child->first);
    if (ending) ended.emplace_back(std::move(child->second), *ending);
    child = ending ? watched_.erase(child) : std::next(child);
  }
  for (const auto& [tell, ending] : ended) tell(ending);
}

target::Result<std::uint16_t> Ports::take() {
  if (allowed_.last == 0) return std::uint16_t{0};
  for (unsigned port = allowed_.first; port <= allowed_.last; ++port)
    if (taken_.insert(static_cast<std::uint16_t>(port)).second) return static_cast<std::uint16_t>(port);
  return target::failure(EADDRINUSE, "all ports that debug servers may have are in use: end one, or allow more");
}

}  // namespace server::platform
