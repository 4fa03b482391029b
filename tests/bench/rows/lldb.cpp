// What lldb asks of a server beyond what gdb asks, and what passes between lldb itself and the server.

#include <fmt/format.h>

#include <map>
#include <memory>
#include <stdexcept>

#include "rows/rows.hpp"
#include "session.hpp"
#include "threads_program.hpp"
#include "wire_tap.hpp"

namespace bench {

namespace {

constexpr const char* lldb = "/usr/bin/lldb-19";
constexpr int stops = 5;
constexpr int lldb_timeout_ms = 60'000;

ChildProcess start_lldb(const std::string& program, std::uint16_t port) {
  std::vector<std::string> arguments{lldb, "--no-lldbinit", "--batch", program};
  const auto command = [&](const std::string& text) { arguments.insert(arguments.end(), {"-o", text}); };
  command(fmt::format("gdb-remote 127.0.0.1:{}", port));
  command("breakpoint set --name count_once");
  for (int i = 0; i < stops; ++i) command("continue");
  command("detach");
  return spawn(arguments, {});
}

// From one "continue" at the prompt to the next, the step off the breakpoint included. Not the first of them: lldb
// learns about the program then.
Traffic traffic_of_a_stop(int threads, const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, threads, ThreadsDo::count_in_first);
  auto process = ServerProcess::attaching(server, program.pid());
  WireTap tap(process.port());
  const auto client = start_lldb(bench.programs.many_threads, tap.port());
  const auto marks = tap.listen("$vCont;c", lldb_timeout_ms);
  if (marks.size() != stops) throw NotAvailable(fmt::format("lldb continued {} times instead of {}", marks.size(), stops));
  const auto between = marks[stops - 1] - marks[1];
  return {between.packets / (stops - 2), between.bytes / (stops - 2)};
}

class TrafficOfStops {
 public:
  Traffic of(int threads, const Bench& bench, const Server& server) {
    const std::pair what{threads, server.name};
    if (!known_.contains(what)) known_.emplace(what, traffic_of_a_stop(threads, bench, server));
    return known_.at(what);
  }

 private:
  std::map<std::pair<int, std::string>, Traffic> known_;
};

template <class Count>
Row traffic_row(int threads, const char* unit, std::shared_ptr<TrafficOfStops> traffic, Count count) {
  Row row{fmt::format("lldb 19: {} a breakpoint among {} threads", unit, threads), unit, false,
          [=](const auto& bench, const auto& server) {
            return one_way({static_cast<double>(count(traffic->of(threads, bench, server)))});
          },
          nullptr, ""};
  row.counted = true;
  return row;
}

Session attach_as_lldb(const Server& server, pid_t pid) {
  auto session = Session::attach(server, pid);
  session.speak_as_lldb();
  return session;
}

// 0x03 to a stop reply that names all threads and where they are.
Samples stop(int threads, const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, threads, ThreadsDo::sleep);
  auto session = attach_as_lldb(server, program.pid());
  std::vector<double> values;
  for (int i = 0; i < bench.effort.batches; ++i) {
    session.send("vCont;c");
    rest(20);
    const auto begin = Clock::now();
    session.interrupt();
    values.push_back(milliseconds_since(begin));
  }
  return one_way(values);
}

Samples threads_info(const Bench& bench, const Server& server) {
  constexpr int threads = 100;
  const ThreadsProgram program(bench.programs.many_threads, threads, ThreadsDo::sleep);
  auto session = attach_as_lldb(server, program.pid());
  return per_second(one_way(bench.batches([&] {
    if (session.ask("jThreadsInfo").find("\"tid\"") == std::string::npos) throw std::runtime_error("jThreadsInfo names no thread");
  })));
}

Samples memory_regions(const Bench& bench, const Server& server) {
  const ThreadsProgram program(bench.programs.many_threads, 100, ThreadsDo::sleep);
  auto session = attach_as_lldb(server, program.pid());
  const auto request = fmt::format("qMemoryRegionInfo:{:x}", bench.programs.threads.at("count_once"));
  return per_second(one_way(bench.batches([&] {
    if (!session.ask(request).starts_with("start:")) throw std::runtime_error("qMemoryRegionInfo names no region");
  })));
}

}  // namespace

std::vector<Row> lldb_rows() {
  std::vector<Row> rows;
  for (const int threads : {10, 100, 1000, 4000})
    rows.push_back({fmt::format("lldb's stop of {} threads: 0x03 to its stop reply", threads), "ms", false,
                    [threads](const auto& bench, const auto& server) { return stop(threads, bench, server); }, nullptr, ""});
  const auto traffic = std::make_shared<TrafficOfStops>();
  for (const int threads : {10, 100, 1000, 4000}) {
    rows.push_back(traffic_row(threads, "packets", traffic, [](const Traffic& all) { return all.packets; }));
    rows.push_back(traffic_row(threads, "bytes", traffic, [](const Traffic& all) { return all.bytes; }));
  }
  rows.push_back({"jThreadsInfo of 100 threads", "1/s", true, threads_info, nullptr, ""});
  rows.push_back({"qMemoryRegionInfo", "1/s", true, memory_regions, nullptr, ""});
  return rows;
}

}  // namespace bench
