#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace target {

/// A thread group, as getpid(2) names it in our pid namespace.
struct Pid {
  int value = 0;
  auto operator<=>(const Pid&) const = default;
};

/// A kernel task, as gettid(2) names it in our pid namespace.
struct Tid {
  int value = 0;
  auto operator<=>(const Tid&) const = default;
};

struct ThreadId {
  Pid pid;
  Tid tid;
  auto operator<=>(const ThreadId&) const = default;
};

/// The thread group leader has the number of its process.
inline Tid leader_of(Pid pid) { return Tid{pid.value}; }

/// Which threads a packet speaks of: all of them, any one of them, or a given one.
struct ThreadSelector {
  enum class Match { All, Any, One };

  Match process_match = Match::Any;
  Pid pid;
  Match thread_match = Match::Any;
  Tid tid;

  bool operator==(const ThreadSelector&) const = default;

  static ThreadSelector all() { return {Match::All, {}, Match::All, {}}; }
  static ThreadSelector whole(Pid pid) { return {Match::One, pid, Match::All, {}}; }
  static ThreadSelector one(ThreadId id) { return {Match::One, id.pid, Match::One, id.tid}; }

  bool matches(ThreadId id) const {
    return (process_match != Match::One || pid == id.pid) &&
           (thread_match != Match::One || tid == id.tid);
  }
};

}  // namespace target

template <>
struct std::hash<target::Pid> {
  std::size_t operator()(target::Pid pid) const noexcept { return std::hash<int>{}(pid.value); }
};
template <>
struct std::hash<target::Tid> {
  std::size_t operator()(target::Tid tid) const noexcept { return std::hash<int>{}(tid.value); }
};
