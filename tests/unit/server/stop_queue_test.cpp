#include "server/stop_queue.hpp"

#include <gtest/gtest.h>

namespace server {
namespace {

target::StopEvent stop_of(int tid) { return {{target::Pid{1}, target::Tid{tid}}, target::StepDone{}}; }

TEST(StopQueue, notifies_of_one_and_keeps_the_rest_until_it_is_asked) {
  StopQueue queue;
  EXPECT_EQ(queue.outstanding(), nullptr);
  queue.push(stop_of(1));
  EXPECT_TRUE(queue.untold());
  EXPECT_EQ(queue.tell(), queue.outstanding());
  queue.push(stop_of(2));
  EXPECT_FALSE(queue.untold());
  EXPECT_EQ(queue.outstanding()->thread.tid, target::Tid{1});
  queue.acknowledge();
  EXPECT_EQ(queue.outstanding()->thread.tid, target::Tid{2});
  queue.acknowledge();
  EXPECT_EQ(queue.outstanding(), nullptr);
  queue.acknowledge();
  queue.push(stop_of(3));
  EXPECT_TRUE(queue.untold());
  queue.clear();
  EXPECT_EQ(queue.outstanding(), nullptr);
}

}  // namespace
}  // namespace server
