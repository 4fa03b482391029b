// What happens to a program while its client is not to hear of it, or only briefly.

#include <fmt/format.h>

#include <stdexcept>

#include "floors/tracee.hpp"
#include "rows/rows.hpp"
#include "session.hpp"
#include "threads_program.hpp"

namespace bench {

namespace {

// As in inferiors/rounds.c.
constexpr double hits_a_round = 2000, syscalls_a_round = 5000, forks_a_round = 100;

// In gdb's words or in lldb's.
bool at_breakpoint(const std::string& stop) {
  return stop.find("swbreak:") != std::string::npos ||
         stop.find("reason:breakpoint;") != std::string::npos;
}

// A program of rounds, past its first one and stopped at the end of it.
struct InRounds {
  InRounds(const Bench& bench, const Server& server, int threads, ThreadsDo what,
           std::string_view more_features = {})
      : program(bench.programs.rounds, threads, what),
        session(Session::attach(server, program.pid(), more_features)),
        done(bench.programs.in_rounds.at("round_done")) {}

  ThreadsProgram program;
  Session session;
  std::uint64_t done;

  std::string go_on() { return session.resume("vCont;c:" + session.everyone()); }

  void begin() {
    session.insert_breakpoint(done);
    program.start();
    if (const auto stop = go_on(); stop.find("thread:" + session.thread()) == std::string::npos)
      throw std::runtime_error("expected the end of a round, got " + stop);
  }

  // gdb's way past a breakpoint.
  void step_past() {
    session.remove_breakpoint(done);
    session.resume("vCont;s:" + session.thread());
    session.insert_breakpoint(done);
  }

  // The events of a round in a second; `round` runs to the end of one.
  template <class Round>
  Samples rate(const Bench& bench, double events_a_round, Round&& round) {
    std::vector<double> values;
    for (int i = 0; i < bench.effort.batches; ++i) {
      step_past();
      const auto start = Clock::now();
      round();
      values.push_back(events_a_round / microseconds_since(start) * 1e6);
    }
    return one_way(values);
  }
};

Samples false_hits(int threads, const Bench& bench, const Server& server) {
  InRounds rounds(bench, server, threads, ThreadsDo::hit);
  if (!rounds.session.announces(";ConditionalBreakpoints+;"))
    throw NotAvailable("the server evaluates no conditions");
  constexpr std::string_view never = "X3,220027";  // const8 0, end
  rounds.session.ask_ok(
      fmt::format("Z0,{:x},1;{}", bench.programs.in_rounds.at("count_once"), never));
  rounds.begin();
  return rounds.rate(bench, hits_a_round, [&] { rounds.go_on(); });
}

// The trap, the step past it and nothing more.
Samples bare_false_hits(const Bench& bench) {
  const auto measure = [&](Waiting waiting) {
    Tracee tracee;
    tracee.insert_breakpoint();
    tracee.run_to_stop(waiting);
    return bench.batches([&] {
      tracee.remove_breakpoint();
      tracee.step(waiting);
      tracee.insert_breakpoint();
      tracee.run_to_stop(waiting);
    });
  };
  Samples samples{{"asleep", measure(Waiting::asleep)}, {"polling", measure(Waiting::polling)}};
  const OneProcessor one;
  samples["one CPU"] = measure(Waiting::asleep);
  return per_second(samples);
}

Samples system_calls(const Bench& bench, const Server& server) {
  InRounds rounds(bench, server, 1, ThreadsDo::call);
  if (!rounds.session.announces(";QCatchSyscalls+;"))
    throw NotAvailable("the server catches no system calls");
  rounds.begin();
  rounds.session.ask_ok("QCatchSyscalls:1;a5");  // mount, which the program never calls
  return rounds.rate(bench, syscalls_a_round, [&] { rounds.go_on(); });
}

std::string forked_child(const std::string& stop) {
  const auto at = stop.find("fork:p");
  if (at == std::string::npos) throw std::runtime_error("expected a fork, got " + stop);
  const auto start = at + sizeof "fork:p" - 1;
  return stop.substr(start, stop.find('.', start) - start);
}

Samples forks(const Bench& bench, const Server& server) {
  InRounds rounds(bench, server, 1, ThreadsDo::fork, ";fork-events+");
  if (!rounds.session.announces(";fork-events+;"))
    throw NotAvailable("the server does not tell of forks");
  const auto round = [&] {
    for (auto stop = rounds.go_on(); !at_breakpoint(stop); stop = rounds.go_on())
      rounds.session.ask_ok("D;" + forked_child(stop));
  };
  rounds.session.insert_breakpoint(rounds.done);
  rounds.program.start();
  round();
  return rounds.rate(bench, forks_a_round, round);
}

Samples stop_and_resume_one(const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, 1000, ThreadsDo::sleep);
  auto session = Session::attach(server, program.pid());
  session.enter_non_stop();
  session.ask_ok("vCont;c:" + session.everyone());
  return one_way(bench.batches([&] {
    if (session.ask("vCont;t:" + session.thread()) != "OK")
      throw NotAvailable("the server stops no single thread");
    if (const auto stop = session.next_notification(); !stop.starts_with("Stop:T"))
      throw std::runtime_error("expected a stop, got " + stop);
    session.ask_ok("vStopped");
    session.ask_ok("vCont;c:" + session.thread());
  }));
}

}  // namespace

std::vector<Row> event_rows() {
  const auto hits_of = [](int threads) {
    return [threads](const auto& bench, const auto& server) {
      return false_hits(threads, bench, server);
    };
  };
  return {
      {"breakpoint with a false condition, 1 thread", "1/s", true, hits_of(1), bare_false_hits,
       "POKETEXT, SINGLESTEP, POKETEXT, CONT with the pc moved back, nobody to talk to"},
      {"breakpoint with a false condition, 8 threads", "1/s", true, hits_of(8), {}, {}},
      {"system calls while another one is caught", "1/s", true, system_calls, {}, {}},
      {"forks told of, child detached", "1/s", true, forks, {}, {}},
      {"non-stop: one of 1000 threads stopped and resumed",
       "us",
       false,
       stop_and_resume_one,
       {},
       {}},
  };
}

}  // namespace bench
