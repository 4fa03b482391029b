#pragma once

#include <string>

#include "processes.hpp"

namespace bench {

// The last three are those of the program rounds.
enum class ThreadsDo { sleep, spin, count_in_first, hit, call, fork };

// The inferior with many threads, all of them running, not debugged yet.
class ThreadsProgram {
 public:
  ThreadsProgram(const std::string& program, int threads, ThreadsDo what);
  pid_t pid() const { return process_.pid(); }
  void start();  // what waits for it, as late as can be: hundred spinning threads delay everything else

 private:
  Pipe input_, output_;
  ChildProcess process_;
};

}  // namespace bench
