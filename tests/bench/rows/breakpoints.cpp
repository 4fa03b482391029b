#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "rows/bare.hpp"
#include "rows/in_loop.hpp"
#include "threads_program.hpp"

namespace bench {

namespace {

Samples breakpoint_hits(const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  const auto place = bench.programs.counting.at("count_once");
  session.insert_breakpoint(place);
  return per_second(one_way(bench.batches([&] { next_hit(session, place); })));
}

void bare_first_hit(BareServer& server) {
  server.ask(BareRequest::insert_breakpoint);
  server.ask(BareRequest::run_to_stop);
}

void bare_next_hit(BareServer& server) {
  server.ask(BareRequest::remove_breakpoint);
  server.ask(BareRequest::step);
  server.ask(BareRequest::insert_breakpoint);
  server.ask(BareRequest::run_to_stop);
}

Samples bare_breakpoint_hits(const Bench& bench) {
  return per_second(bare_stops(bench, bare_first_hit, bare_next_hit));
}

Samples hits_among_threads(const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, 100, ThreadsDo::count_in_first);
  auto session = Session::attach(server, program.pid());
  const auto place = bench.programs.threads.at("count_once");
  session.insert_breakpoint(place);
  session.resume("vCont;c:" + session.everyone());
  return one_way(bench.batches([&] { next_hit(session, place); }));
}

Samples bare_hits_among_threads(const Bench& bench) {
  const ThreadsProgram program(bench.programs.many_threads, 100, ThreadsDo::sleep);
  return bare_stops(
      bench,
      [&](BareServer& server) {
        server.ask(BareRequest::attach_threads, 0, static_cast<std::uint64_t>(program.pid()));
        bare_first_hit(server);
      },
      bare_next_hit);
}

std::uint64_t value_of_counter(Session& session, const Bench& bench) {
  const auto bytes = from_hex(session.ask(fmt::format("m{:x},8", bench.programs.counting.at("counter"))));
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

// x86 traps behind the write, so gdb and lldb continue without stepping over anything.
Samples watchpoint_hits(const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  const auto answer = session.ask(fmt::format("Z2,{:x},8", bench.programs.counting.at("counter")));
  if (answer.empty()) throw NotAvailable("the server does not know Z2");
  if (answer != "OK") throw std::runtime_error("Z2 answered " + answer);

  const auto before = value_of_counter(session, bench);
  const auto request = "vCont;c:" + session.everyone();
  std::uint64_t hits = 0;
  auto values = bench.batches([&] {
    session.resume(request);
    ++hits;
  });
  if (const auto writes = value_of_counter(session, bench) - before; writes != hits)
    throw std::runtime_error(fmt::format("{} writes made {} stops", writes, hits));
  return per_second(one_way(std::move(values)));
}

Samples bare_watchpoint_hits(const Bench& bench) {
  return per_second(bare_stops(
      bench, [](BareServer& server) { server.ask(BareRequest::watch_counter); },
      [](BareServer& server) { server.ask(BareRequest::run_to_stop); }));
}

}  // namespace

std::vector<Row> breakpoint_rows() {
  return {
      {"breakpoint hits (z0, vCont;s, Z0, vCont;c)", "1/s", true, breakpoint_hits, bare_breakpoint_hits,
       "POKETEXT, SINGLESTEP, POKETEXT, CONT with the pc moved back, each over TCP"},
      {"breakpoint hit among 100 threads, same packets", "us", false, hits_among_threads, bare_hits_among_threads,
       "the same system calls, and PTRACE_CONT, PTRACE_INTERRUPT and waitpid of 100 sleeping threads"},
      {"watchpoint hits (Z2, vCont;c)", "1/s", true, watchpoint_hits, bare_watchpoint_hits,
       "debug registers set once, PTRACE_CONT, waitpid and PTRACE_GETREGS over TCP"},
  };
}

}  // namespace bench
