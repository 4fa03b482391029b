#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstring>

#include "tests/support/traced_child.hpp"
#include "tools/syscalls/arguments.hpp"
#include "tools/syscalls/names.hpp"
#include "tools/syscalls/signals.hpp"

namespace tools::syscalls {
namespace {

using namespace target;

TEST(Names, AreChoicesThenFlagsThenWhatIsLeft) {
  EXPECT_EQ(in_names(O_RDONLY, open_flags), "O_RDONLY");
  EXPECT_EQ(in_names(O_WRONLY | O_CREAT | O_APPEND, open_flags), "O_WRONLY|O_CREAT|O_APPEND");
  EXPECT_EQ(in_names(O_SYNC, open_flags), "O_RDONLY|O_SYNC");
  EXPECT_EQ(in_names(O_TMPFILE | O_RDWR, open_flags), "O_RDWR|O_TMPFILE");
  EXPECT_EQ(in_names(3, open_flags), "0x3");
  EXPECT_EQ(in_names(0x40000000, open_flags), "O_RDONLY|0x40000000");
  EXPECT_EQ(in_names(0, message_flags), "0");
  EXPECT_EQ(in_names(99, clocks), "0x63");
}

TEST(Names, OfSignals) {
  EXPECT_EQ(signal_in_words(SIGTERM), "SIGTERM");
  EXPECT_EQ(signal_in_words(34), "SIGRT_2");
  EXPECT_EQ(signal_in_words(0), "0");
  EXPECT_EQ(signal_in_words(99), "99");
}

TEST(Signals, SayWhoSentThemOrWhereTheFaultWas) {
  siginfo_t info{};
  info.si_signo = SIGSEGV;
  info.si_code = SEGV_MAPERR;
  info.si_addr = reinterpret_cast<void*>(8);
  EXPECT_EQ(describe_signal(std::as_bytes(std::span(&info, 1))), "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x8}");
  info = {};
  info.si_signo = SIGUSR1;
  info.si_code = SI_TKILL;
  info.si_pid = 7;
  EXPECT_EQ(describe_signal(std::as_bytes(std::span(&info, 1))), "{si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=7, si_uid=0}");
}

TEST(Texts, AreQuotedAsInC) {
  const auto text = [](std::string_view bytes, bool more = false) { return quoted(std::as_bytes(std::span(bytes)), more); };
  EXPECT_EQ(text("a\"\\\n"), R"("a\"\\\n")");
  EXPECT_EQ(text(std::string_view("\0001", 2)), R"("\0001")");
  EXPECT_EQ(text(std::string_view("\0a", 2)), R"("\0a")");
  EXPECT_EQ(text("\xff", true), R"("\377"...)");
}

struct InMemory {
  std::array<char, 16> text{"some text"};
  std::array<std::uint64_t, 2> time{3, 4};
};

/// Arguments that point into a child's memory.
class Arguments : public testing::Test {
 protected:
  std::string show(std::string_view kind, std::array<std::uint64_t, 6> arguments, SystemCallTable table = SystemCallTable::Amd64,
                   SystemCallResult result = {}) {
    Call call(space, {0, table, arguments}, 32);
    call.result = result;
    return find_kind(kind)->text(call, 0, 1);
  }
  std::uint64_t at(std::size_t offset) const { return memory.address().value + offset; }

  support::Shared<InMemory> memory;
  support::TracedChild child{[] { return 0; }};
  AddressSpace space{child.tid()};
};

TEST_F(Arguments, AreReadFromTheProgram) {
  EXPECT_EQ(show("path", {at(0)}), "\"some text\"");
  EXPECT_EQ(show("bytes", {at(0), 4}), "\"some\"");
  EXPECT_EQ(show("bytes", {at(0), 1000}), "\"some text\\0\\0\\0\\0\\0\\0\\0\\3\\0\\0\\0\\0\\0\\0\\0\\4\\0\\0\\0\\0\\0\\0\\0\"...");
  EXPECT_EQ(show("timespec", {at(16)}), "{tv_sec=3, tv_nsec=4}");
}

TEST_F(Arguments, ThatLeadNowhereAreAddresses) {
  EXPECT_EQ(show("path", {0}), "NULL");
  EXPECT_EQ(show("path", {0x10}), "0x10");
  EXPECT_EQ(show("timespec", {0x10}), "0x10");
  EXPECT_EQ(show("words", {0x10}), "0x10");
}

TEST_F(Arguments, OfFailedCallsHaveNothingBehindThem) {
  const SystemCallResult failed{-EINTR, true};
  EXPECT_EQ(show("bytes_out", {0x1000}, SystemCallTable::Amd64, failed), "0x1000");
  EXPECT_EQ(show("timespec_out", {at(16)}, SystemCallTable::Amd64, failed).substr(0, 2), "0x");
  EXPECT_EQ(show("timespec_out", {at(16)}), "{tv_sec=3, tv_nsec=4}");
}

TEST_F(Arguments, Of32BitProgramsAreNarrow) {
  EXPECT_EQ(show("timespec", {at(16)}, SystemCallTable::I386), "{tv_sec=3, tv_nsec=0}");
  EXPECT_EQ(show("int", {0xffffffff}, SystemCallTable::I386), "-1");
}

}  // namespace
}  // namespace tools::syscalls
