#include "threads_program.hpp"

#include <unistd.h>

#include <stdexcept>

namespace bench {

namespace {

std::string word_for(ThreadsDo what) {
  switch (what) {
    case ThreadsDo::sleep: return "idle";
    case ThreadsDo::spin: return "busy";
    case ThreadsDo::count_in_first: return "counting";
    case ThreadsDo::hit: return "hits";
    case ThreadsDo::call: return "syscalls";
    case ThreadsDo::fork: return "forks";
  }
  throw std::logic_error("no such behaviour");
}

}  // namespace

ThreadsProgram::ThreadsProgram(const std::string& program, int threads, ThreadsDo what)
    : input_(make_pipe()),
      output_(make_pipe()),
      process_(spawn({program, std::to_string(threads), word_for(what)},
                     {{input_.read.get(), 0}, {output_.write.get(), 1}})) {
  output_.write = FileDescriptor();
  const auto said = read_until(output_.read.get(), 20'000, [](const auto& text) { return text == "ready\n"; });
  if (said.empty()) throw std::runtime_error("the inferior could not start its threads");
}

void ThreadsProgram::start() {
  if (write(input_.write.get(), "!", 1) != 1) throw std::runtime_error("the inferior does not listen");
}

}  // namespace bench
