#include "protocol/signal_numbers.hpp"

#include <gtest/gtest.h>

#include <set>

namespace protocol {
namespace {

using target::Signal;

struct Row {
  int kernel;
  int gdb;
  const char* name;
};

// gdb's numbers, from include/gdb/signals.def.
constexpr Row table[] = {
    {SIGHUP, 1, "SIGHUP"},    {SIGINT, 2, "SIGINT"},     {SIGQUIT, 3, "SIGQUIT"},
    {SIGILL, 4, "SIGILL"},    {SIGTRAP, 5, "SIGTRAP"},   {SIGABRT, 6, "SIGABRT"},
    {SIGFPE, 8, "SIGFPE"},    {SIGKILL, 9, "SIGKILL"},   {SIGBUS, 10, "SIGBUS"},
    {SIGSEGV, 11, "SIGSEGV"}, {SIGSYS, 12, "SIGSYS"},    {SIGPIPE, 13, "SIGPIPE"},
    {SIGALRM, 14, "SIGALRM"}, {SIGTERM, 15, "SIGTERM"},  {SIGURG, 16, "SIGURG"},
    {SIGSTOP, 17, "SIGSTOP"}, {SIGTSTP, 18, "SIGTSTP"},  {SIGCONT, 19, "SIGCONT"},
    {SIGCHLD, 20, "SIGCHLD"}, {SIGTTIN, 21, "SIGTTIN"},  {SIGTTOU, 22, "SIGTTOU"},
    {SIGIO, 23, "SIGIO"},     {SIGXCPU, 24, "SIGXCPU"},  {SIGXFSZ, 25, "SIGXFSZ"},
    {SIGVTALRM, 26, "SIGVTALRM"}, {SIGPROF, 27, "SIGPROF"}, {SIGWINCH, 28, "SIGWINCH"},
    {SIGUSR1, 30, "SIGUSR1"}, {SIGUSR2, 31, "SIGUSR2"},  {SIGPWR, 32, "SIGPWR"},
    {33, 45, "SIG33"},        {34, 46, "SIG34"},         {63, 75, "SIG63"},
    {32, 77, "SIG32"},        {64, 78, "SIG64"},
};

TEST(SignalNumbers, translates_to_gdbs_numbers_and_back) {
  for (const auto& row : table) {
    EXPECT_EQ(to_wire(Signal{row.kernel}, SignalNumbering::Gdb), row.gdb) << row.name;
    EXPECT_EQ(from_wire(static_cast<unsigned>(row.gdb), SignalNumbering::Gdb), Signal{row.kernel}) << row.name;
    EXPECT_EQ(signal_name(Signal{row.kernel}), row.name);
  }
}

TEST(SignalNumbers, leaves_native_numbers_as_they_are) {
  for (int number = 0; number <= 64; ++number) {
    EXPECT_EQ(to_wire(Signal{number}, SignalNumbering::Native), number);
    EXPECT_EQ(from_wire(static_cast<unsigned>(number), SignalNumbering::Native), Signal{number});
  }
  EXPECT_FALSE(from_wire(65, SignalNumbering::Native));
  EXPECT_FALSE(from_wire(255, SignalNumbering::Native));
}

TEST(SignalNumbers, gives_every_signal_that_gdb_knows_a_number_of_its_own) {
  std::set<int> numbers;
  for (int number = 1; number <= 64; ++number) {
    if (number == SIGSTKFLT) continue;
    const int wire = to_wire(Signal{number}, SignalNumbering::Gdb);
    EXPECT_TRUE(numbers.insert(wire).second) << number;
    EXPECT_EQ(from_wire(static_cast<unsigned>(wire), SignalNumbering::Gdb), Signal{number});
  }
}

TEST(SignalNumbers, keeps_no_signal_as_zero_both_ways) {
  for (const auto numbering : {SignalNumbering::Gdb, SignalNumbering::Native}) {
    EXPECT_EQ(to_wire(Signal{}, numbering), 0);
    EXPECT_EQ(from_wire(0, numbering), Signal{});
  }
}

TEST(SignalNumbers, calls_unknown_what_gdb_has_no_number_for) {
  EXPECT_EQ(to_wire(Signal{SIGSTKFLT}, SignalNumbering::Gdb), 143);
  EXPECT_EQ(to_wire(Signal{65}, SignalNumbering::Gdb), 143);
  EXPECT_EQ(to_wire(Signal{-1}, SignalNumbering::Gdb), 143);
  // SIGEMT (7), SIGLOST (29) and gdb's "unknown" stand for no signal of this system.
  for (const unsigned number : {7u, 29u, 76u, 143u, 144u, 255u, 1000u})
    EXPECT_FALSE(from_wire(number, SignalNumbering::Gdb)) << number;
}

TEST(SignalNumbers, names_what_is_out_of_range_too) {
  EXPECT_EQ(signal_name(Signal{65}), "unknown signal");
  EXPECT_EQ(signal_name(Signal{-1}), "unknown signal");
}

}  // namespace
}  // namespace protocol
