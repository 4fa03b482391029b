#include "rows/bare.hpp"
#include "rows/in_loop.hpp"

namespace bench {

namespace {

Samples step(const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  const auto request = "vCont;s:" + session.thread();
  return one_way(bench.batches([&] { session.resume(request); }));
}

std::string all_registers(Session& session) {
  auto registers = session.ask("g");
  if (registers.empty()) throw NotAvailable("the server does not answer g");
  if (registers.starts_with('E')) throw std::runtime_error("g answered " + registers);
  return registers;
}

Samples step_and_registers(const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  all_registers(session);
  const auto request = "vCont;s:" + session.thread();
  return one_way(bench.batches([&] {
    session.resume(request);
    session.ask("g");
  }));
}

Samples registers(const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  all_registers(session);
  return one_way(bench.batches([&] { session.ask("g"); }));
}

Samples bare_step(const Bench& bench) {
  return bare_stops(bench, [](BareServer&) {}, [](BareServer& server) { server.ask(BareRequest::step); });
}

Samples bare_step_and_registers(const Bench& bench) {
  return bare_stops(bench, [](BareServer&) {}, [](BareServer& server) {
    server.ask(BareRequest::step);
    server.ask(BareRequest::read_registers);
  });
}

Samples bare_round_trip(const Bench& bench) {
  return bare_requests(bench, [](BareServer& server) { server.ask(BareRequest::ping); });
}

}  // namespace

Session stopped_in_loop(const Bench& bench, const Server& server) {
  auto session = Session::launch(server, bench.programs.counts_forever);
  const auto place = bench.programs.counting.at("count_once");
  session.insert_breakpoint(place);
  session.resume("vCont;c:" + session.everyone());
  session.remove_breakpoint(place);
  return session;
}

std::vector<Row> stepping_rows() {
  return {
      {"step: vCont;s to its stop reply", "us", false, step, bare_step, "PTRACE_SINGLESTEP and waitpid, over TCP"},
      {"step, then g", "us", false, step_and_registers, bare_step_and_registers,
       "PTRACE_SINGLESTEP and waitpid, then PTRACE_GETREGS and the XSAVE area, over TCP"},
      {"g, all registers", "us", false, registers, bare_round_trip, "one round trip over TCP, registers known"},
  };
}

}  // namespace bench
