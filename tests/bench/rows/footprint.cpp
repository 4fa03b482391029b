#include "rows/rows.hpp"
#include "session.hpp"
#include "threads_program.hpp"

namespace bench {

namespace {

constexpr int steps = 1000;

Samples peak_memory(const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, 100, ThreadsDo::count_in_first);
  auto session = Session::attach(server, program.pid());
  count_threads(session);
  for (int i = 0; i < steps; ++i) session.resume("vCont;s:" + session.thread());
  return one_way({session.server().peak_memory_mib()});
}

}  // namespace

std::vector<Row> footprint_rows() {
  return {{"peak memory: 100 threads attached, 1000 steps", "MiB", false, peak_memory, nullptr, ""}};
}

}  // namespace bench
