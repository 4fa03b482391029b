#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include <vector>

namespace bench {

// Waits for a stop asleep, or by asking again and again, which costs a processor but no wake-up.
enum class Waiting { asleep, polling };

// The least a server can do: bare ptrace calls on a forked copy of this program that counts for ever. Only the thread
// that made it may use it.
class Tracee {
 public:
  Tracee();
  ~Tracee();
  Tracee(const Tracee&) = delete;

  void step(Waiting waiting);
  void run_to_stop(Waiting waiting);  // a breakpoint (then the pc is moved back on it) or the watchpoint
  void insert_breakpoint();           // where it counts
  void remove_breakpoint();
  void watch_counter();

  // Both answer the count of bytes moved.
  std::size_t read(std::uint64_t offset, void* bytes, std::size_t count) const;
  std::size_t write(std::uint64_t offset, const void* bytes, std::size_t count);
  void read_all_registers() const;

 private:
  void wait_for_stop(Waiting waiting);
  pid_t pid_;
};

// Threads that somebody else started. They are given back when the tracer ends.
std::vector<pid_t> threads_of(pid_t process);
void seize_and_stop(const std::vector<pid_t>& threads);
void stop_seized(const std::vector<pid_t>& threads);
void resume_seized(const std::vector<pid_t>& threads);

// Keeps this process, and what it starts meanwhile, on one processor.
class OneProcessor {
 public:
  OneProcessor();
  ~OneProcessor();
  OneProcessor(const OneProcessor&) = delete;

 private:
  std::vector<unsigned char> before_;
};

}  // namespace bench
