#include "threads_program.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "floors/bare_server.hpp"
#include "rows/rows.hpp"
#include "session.hpp"

namespace bench {

namespace {

constexpr int run_between_stops_ms = 20;

Samples attach(int threads, const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, threads, ThreadsDo::sleep);
  const auto begin = Clock::now();
  auto session = Session::attach(server, program.pid());
  const auto listed = count_threads(session);
  const auto value = milliseconds_since(begin);
  if (listed != static_cast<std::size_t>(threads))
    throw std::runtime_error(fmt::format("{} of {} threads are listed", listed, threads));
  return one_way({value});
}

Samples bare_attach(int threads, const Bench& bench) {
  const ThreadsProgram program(bench.programs.many_threads, threads, ThreadsDo::sleep);
  BareServer server;
  const auto begin = Clock::now();
  server.ask(BareRequest::attach_threads, 0, static_cast<std::uint64_t>(program.pid()));
  return one_way({milliseconds_since(begin)});
}

// From the first resumption on all threads are busy.
template <class Resume, class Stop>
Samples stops_of_busy_threads(const Bench& bench, ThreadsProgram& program, Resume&& resume, Stop&& stop) {
  resume();
  program.start();
  rest(5 * run_between_stops_ms);
  stop();
  std::vector<double> values;
  for (int i = 0; i < 2 * bench.effort.batches; ++i) {
    resume();
    rest(run_between_stops_ms);
    const auto begin = Clock::now();
    stop();
    values.push_back(milliseconds_since(begin));
  }
  return one_way(values);
}

Samples stop_busy(const Bench& bench, const Server& server) {
  ThreadsProgram program(bench.programs.many_threads, 100, ThreadsDo::spin);
  auto session = Session::attach(server, program.pid());
  return stops_of_busy_threads(
      bench, program, [&] { session.send("vCont;c:" + session.everyone()); }, [&] { session.interrupt(); });
}

Samples bare_stop_busy(const Bench& bench) {
  ThreadsProgram program(bench.programs.many_threads, 100, ThreadsDo::spin);
  BareServer server;
  server.ask(BareRequest::attach_threads, 0, static_cast<std::uint64_t>(program.pid()));
  return stops_of_busy_threads(
      bench, program, [&] { server.ask(BareRequest::resume_threads); }, [&] { server.ask(BareRequest::stop_threads); });
}

}  // namespace

std::vector<Row> thread_rows() {
  std::vector<Row> rows;
  for (const int threads : {10, 100, 1000, 4000})
    rows.push_back({fmt::format("attach to {} threads, all listed", threads), "ms", false,
                    [threads](const auto& bench, const auto& server) { return attach(threads, bench, server); },
                    [threads](const auto& bench) { return bare_attach(threads, bench); },
                    "PTRACE_SEIZE, PTRACE_INTERRUPT and waitpid of each thread by a server that runs already"});
  rows.push_back({"stop of 100 busy threads: 0x03 to its stop reply", "ms", false, stop_busy, bare_stop_busy,
                  "PTRACE_INTERRUPT and waitpid of each thread, over TCP"});
  return rows;
}

}  // namespace bench
