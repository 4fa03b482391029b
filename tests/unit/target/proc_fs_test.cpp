#include "target/linux/proc_fs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "tests/support/traced_child.hpp"

namespace target::linux {
namespace {

const Pid us{getpid()};

TEST(ProcFs, lists_every_thread) {
  support::Bell started, end;
  Tid other;
  std::thread thread([&] {
    other = Tid{gettid()};
    started.ring();
    end.await();
  });
  started.await();
  const auto threads = threads_of(us);
  end.ring();
  thread.join();
  ASSERT_TRUE(threads);
  EXPECT_THAT(*threads, testing::IsSupersetOf({leader_of(us), other}));
  EXPECT_FALSE(threads_of(Pid{0x7ffffffe}));
}

// The kernel writes the name in parentheses, between other fields.
TEST(ProcFs, finds_its_way_round_any_name) {
  support::Bell named, end;
  support::ForkedChild child([&] {
    prctl(PR_SET_NAME, ") Z (a\n7 b");
    named.ring();
    return end.await() ? 0 : 1;
  });
  named.await();
  EXPECT_EQ(thread_summary(child.id()).name, ") Z (a\n7 b");
  EXPECT_GE(thread_summary(child.id()).processor.value_or(-1), 0);
  EXPECT_NE(task_state(child.id()), 'Z');
  const auto status = task_status(child.tid());
  ASSERT_TRUE(status);
  EXPECT_EQ(status->process, child.pid());
  EXPECT_EQ(status->parent, us);
  EXPECT_EQ(status->tracer, Pid{0});
  EXPECT_EQ(status->user, static_cast<int>(getuid()));
  end.ring();
  EXPECT_EQ(child.wait_for_end(), 0);
}

TEST(ProcFs, sees_who_traces_whom) {
  support::TracedChild child([] { return 0; });
  const auto status = task_status(child.tid());
  ASSERT_TRUE(status);
  EXPECT_EQ(status->tracer, us);
  EXPECT_EQ(status->state, 't');
  EXPECT_EQ(task_state(child.id()), 't');
}

TEST(ProcFs, has_nothing_to_tell_of_a_thread_that_is_not_there) {
  const ThreadId nobody{Pid{0x7ffffffe}, Tid{0x7ffffffe}};
  EXPECT_FALSE(task_state(nobody));
  EXPECT_FALSE(task_status(nobody.tid));
  EXPECT_EQ(thread_summary(nobody).name, "");
  EXPECT_FALSE(thread_summary(nobody).processor);
  EXPECT_FALSE(executable_of(nobody.pid));
  EXPECT_FALSE(read_auxv(nobody.pid));
  EXPECT_FALSE(mappings_of(nobody.pid));
}

TEST(ProcFs, knows_the_program_that_runs) {
  const auto path = executable_of(us);
  ASSERT_TRUE(path);
  EXPECT_EQ(access(path->c_str(), X_OK), 0);
  EXPECT_EQ(is_32_bit(us), false);
  EXPECT_EQ(is_32_bit(Pid{0x7ffffff0}), std::nullopt);
  const auto auxv = read_auxv(us);
  ASSERT_TRUE(auxv);
  EXPECT_EQ(auxv->size() % 16, 0u);
  EXPECT_GT(auxv->size(), 64u);
}

TEST(ProcFs, lists_mappings_with_their_permissions) {
  static const int constant = 1;
  int local = 0;
  const auto mappings = mappings_of(us);
  ASSERT_TRUE(mappings);
  const auto holding = [&](const void* place) {
    const auto found = std::find_if(mappings->begin(), mappings->end(), [&](const Mapping& mapping) {
      return mapping.range.contains(Address{reinterpret_cast<std::uint64_t>(place)});
    });
    return found == mappings->end() ? Mapping{} : *found;
  };
  const auto text = holding(reinterpret_cast<const void*>(&executable_of));
  EXPECT_TRUE(text.readable && text.executable && !text.writable && !text.shared);
  EXPECT_EQ(text.path, *executable_of(us));
  const auto rodata = holding(&constant);
  EXPECT_TRUE(rodata.readable && !rodata.writable);
  const auto stack = holding(&local);
  EXPECT_TRUE(stack.readable && stack.writable && !stack.executable);
  EXPECT_EQ(stack.path, "[stack]");
  EXPECT_TRUE(std::is_sorted(mappings->begin(), mappings->end(),
                             [](const auto& a, const auto& b) { return a.range.begin < b.range.begin; }));
}

}  // namespace
}  // namespace target::linux
