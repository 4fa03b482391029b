#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rows/rows.hpp"
#include "session.hpp"

namespace bench {

namespace {

Samples start(const Bench& bench, const Server& server) {
  std::vector<double> values;
  for (int i = 0; i < bench.effort.batches; ++i) {
    const auto begin = Clock::now();
    const auto session = Session::launch(server, bench.programs.counts_forever);
    values.push_back(milliseconds_since(begin));
  }
  return one_way(values);
}

Samples bare_start(const Bench& bench) {
  std::vector<double> values;
  for (int i = 0; i < bench.effort.batches; ++i) {
    const auto begin = Clock::now();
    const pid_t pid = fork();
    if (pid == 0) {
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      execl(bench.programs.counts_forever.c_str(), "counts_forever", nullptr);
      _exit(127);
    }
    const ChildProcess process(pid);
    waitpid(pid, nullptr, 0);
    values.push_back(milliseconds_since(begin));
  }
  return one_way(values);
}

}  // namespace

std::vector<Row> start_rows() {
  return {{"start of the server to the answer of ?", "ms", false, start, bare_start,
           "fork, exec and exec stop of the program alone"}};
}

}  // namespace bench
