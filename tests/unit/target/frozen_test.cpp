// Copies of processes, and what a core takes from elsewhere than from the copy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "target/core/frozen.hpp"
#include "target/linux/proc_fs.hpp"
#include "tests/support/traced_child.hpp"

namespace target {
namespace {

using support::Bell;
using support::child_events;
using support::ForkedChild;
using support::TracedChild;
using testing::ElementsAre;
using testing::HasSubstr;

/// Pages of ours, each with its number, from 1, in its first byte.
class Pages {
 public:
  explicit Pages(std::size_t count, int advice = 0)
      : bytes_(count * core::page_bytes),
        begin_(static_cast<char*>(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    for (std::size_t i = 0; i < count; ++i) begin_[i * core::page_bytes] = static_cast<char>(i + 1);
    if (advice != 0) madvise(begin_, bytes_, advice);
  }
  ~Pages() { munmap(begin_, bytes_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  Address at(std::size_t page) const { return {reinterpret_cast<std::uint64_t>(begin_) + page * core::page_bytes}; }
  char& operator[](std::size_t page) { return begin_[page * core::page_bytes]; }

 private:
  std::size_t bytes_;
  char* begin_;
};

int first_byte(const core::Source& source, Address at) {
  std::byte byte{};
  return source.read(at, std::span(&byte, 1)) ? std::to_integer<int>(byte) : -1;
}

TEST(CopiedSource, PiecesThatWerePutAsideComeBeforeTheCopy) {
  Pages pages(5);
  core::CopiedSource source(Tid{getpid()});
  source.put_aside(pages.at(1), std::vector<std::byte>(2 * core::page_bytes, std::byte{99}));
  source.lose({pages.at(4), pages.at(5)});
  std::vector<int> seen;
  for (std::size_t i = 0; i < 5; ++i) seen.push_back(first_byte(source, pages.at(i)));
  EXPECT_THAT(seen, ElementsAre(1, 99, 99, 4, -1));

  std::vector<std::byte> all(4 * core::page_bytes);
  EXPECT_EQ(source.read(pages.at(0), all).value_or(0), core::page_bytes);
  EXPECT_EQ(source.read(pages.at(1) + 5, all).value_or(0), 2 * core::page_bytes - 5);
  EXPECT_TRUE(source.has_aside(pages.at(1)));
  EXPECT_FALSE(source.has_aside(pages.at(2)));
  EXPECT_TRUE(source.is_lost(pages.at(4)));
  EXPECT_FALSE(source.is_lost(pages.at(5)));
}

TEST(CopiedSource, WhatWasPutAsideCountsAsTouched) {
  Pages pages(4, MADV_NOHUGEPAGE);
  madvise(&pages[0], 4 * core::page_bytes, MADV_DONTNEED);
  core::CopiedSource source(Tid{getpid()});
  EXPECT_EQ(source.first_touched({pages.at(1), pages.at(3)}).begin, pages.at(3));
  source.put_aside(pages.at(1), std::vector<std::byte>(core::page_bytes));
  EXPECT_EQ(source.first_touched({pages.at(1), pages.at(3)}), (AddressRange{pages.at(1), pages.at(2)}));
}

TEST(Foresight, FindsWhatForksDoNotCopy) {
  // Of our own: a child would not have the memory.
  const auto ahead_of = [](std::size_t pages, int advice) {
    const Pages memory(pages, advice);
    const auto foresight = core::look_ahead(Pid{getpid()});
    const auto found = std::count_if(foresight.put_aside.begin(), foresight.put_aside.end(),
                                     [&](const auto& detailed) { return detailed.mapping.range.begin == memory.at(0); });
    return std::pair(found, foresight.obstacle);
  };
  EXPECT_EQ(ahead_of(2, 0), std::pair(0l, std::string()));
  EXPECT_EQ(ahead_of(2, MADV_DONTFORK), std::pair(1l, std::string()));
  EXPECT_EQ(ahead_of(2, MADV_WIPEONFORK), std::pair(1l, std::string()));
  EXPECT_THAT(ahead_of(5000, MADV_DONTFORK).second, HasSubstr("19 MiB"));
}

class Copy : public testing::Test {
 protected:
  linux::Forked copy_of(const TracedChild& child) {
    return std::move(*linux::Forked::make(child.tid(), child_events(), *linux::find_syscall_instruction(child.tid())));
  }
  Pages pages{2};
};

TEST_F(Copy, KeepsTheMemoryAsItWas) {
  TracedChild child([&] {
    pages[0] = 50;
    return 7;
  });
  auto copy = copy_of(child);
  copy.settle();
  EXPECT_EQ(child.resume_and_wait().exit_code, 7);
  child.has_ended();
  EXPECT_EQ(first_byte(core::CopiedSource(copy.task()), pages.at(0)), 1);
}

TEST_F(Copy, NeverRunsAndEndsWithItsVariable) {
  TracedChild child([] { return 0; });
  Tid task;
  {
    auto copy = copy_of(child);
    task = copy.task();
    EXPECT_EQ(linux::task_state({Pid{task.value}, task}), 't');
    EXPECT_EQ(linux::task_status(task)->parent, child.pid());
    EXPECT_TRUE(core::CopiedSource(task).check());
  }
  EXPECT_EQ(linux::task_state({Pid{task.value}, task}), 'Z');
  EXPECT_THAT(core::CopiedSource(task).check().error().message, HasSubstr("killed the copy"));
}

TEST_F(Copy, NothingIsLeftOfItOnceTheProgramHasBeenTold) {
  TracedChild child([] { return waitpid(-1, nullptr, 0) == -1 && errno == ECHILD ? 3 : 4; });
  const auto instruction = *linux::find_syscall_instruction(child.tid());
  auto copy = copy_of(child);
  const auto task = copy.task();
  const auto call = copy.forgetting();
  copy.end();
  EXPECT_EQ(linux::call_in(child.tid(), child_events(), instruction, call).value_or(0), static_cast<std::uint64_t>(task.value));
  EXPECT_FALSE(linux::task_status(task));
  EXPECT_EQ(child.resume_and_wait().exit_code, 3);
  child.has_ended();
}

TEST_F(Copy, AProcessThatNobodyTracesCallsInPassing) {
  Bell go;
  const ForkedChild child([&] { return go.await() ? 0 : 1; });
  EXPECT_TRUE(linux::call_in_passing(child.pid(), child_events(), {SYS_getpid, {}}));
  EXPECT_EQ(linux::call_in_passing(child.pid(), child_events(), {SYS_close, {~0ull}}).error().code, EBADF);
  EXPECT_EQ(linux::task_status(child.tid())->tracer, Pid{});
  go.ring();
}

}  // namespace
}  // namespace target
