#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "target/process.hpp"
#include "target/types/observer.hpp"
#include "tools/common/output.hpp"
#include "tools/syscalls/selection.hpp"
#include "tools/syscalls/shapes.hpp"
#include "tools/syscalls/summary.hpp"

namespace tools::syscalls {

/// Sees system calls and signals as they happen, and writes them down. No thread but the one that makes a call is held up.
class Log final : public target::Observer {
 public:
  /// \param summary  only what it adds up to
  Log(Output& output, const Selection& selection, std::size_t longest_text, bool summary)
      : output_(output), selection_(selection), longest_text_(longest_text), only_summary_(summary) {}

  target::Interest saw(target::Thread& thread, const target::StopCause& cause) override;
  void born(const target::Thread&, target::Thread&) override { several_ = true; }
  void ended(const target::Thread& thread, bool killed) override;

  /// The thread stands in the exec that made the program what it is; nobody has seen that begin.
  void in_exec(const target::Thread& thread, const std::vector<std::string>& command);
  void process_ended(const target::StopEvent& event);
  /// Shows calls that have been under way for a while.
  void show_waiting();
  /// Nothing comes any more: what is under way stays unfinished.
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    const Shape* shape;
    bool wanted;
  };
  /// A call that has been entered.
  struct Begun {
    target::ThreadId thread;
    const Shape* shape = nullptr;
    target::SystemCall entry;
    std::vector<std::string> texts;  ///< of the arguments; of those that are known at the return "" until then
    Clock::time_point at;
    bool shown = false;  ///< the first part of its line is out
  };

  Known known(const target::SystemCall& call);
  void enter(target::Thread& thread, const target::SyscallEntry& entry);
  void leave(target::Thread& thread, const target::SyscallReturn& done);
  void replace_image(const target::Thread& survivor);
  void signalled(target::Thread& thread, target::Signal signal);
  void write(const Begun& begun, const target::SystemCallResult& result, std::chrono::nanoseconds took);
  void write_unfinished(const Begun& begun, const char* result);
  void write_object(const Begun& begun, const target::SystemCallResult* result, std::chrono::nanoseconds took);
  std::string prefix(target::ThreadId thread) const;
  /// Of a call's line: what is known at its entry, and what comes behind that.
  static std::string beginning(const Begun& begun);
  static std::string remainder(const Begun& begun);

  Output& output_;
  const Selection& selection_;
  std::size_t longest_text_;
  bool only_summary_;
  bool several_ = false;  // threads or processes
  Summary summary_;
  std::unordered_map<std::uint64_t, Known> known_;
  std::unordered_map<target::Tid, Begun> begun_;
};

}  // namespace tools::syscalls
