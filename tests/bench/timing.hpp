#pragma once

#include <chrono>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

inline double milliseconds_since(Clock::time_point start) { return microseconds_since(start) / 1000; }

// Repeats the operation until the time is used up (at least once); the mean cost of one.
template <class Operation>
double microseconds_each(Clock::duration at_least, Operation&& operation) {
  const auto start = Clock::now();
  long done = 0;
  do {
    operation();
    ++done;
  } while (Clock::now() - start < at_least);
  return microseconds_since(start) / static_cast<double>(done);
}

}  // namespace bench
