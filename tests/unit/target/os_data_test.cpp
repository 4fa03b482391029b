#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>

#include "target/linux/file_descriptor.hpp"
#include "target/linux/os_data/tables.hpp"
#include "target/linux/os_data/text.hpp"

namespace target::linux::os_data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string value(const Row& row, std::string_view column) {
  const auto found =
      std::find_if(row.begin(), row.end(), [&](const Column& c) { return c.name == column; });
  return found == row.end() ? "(no such column)" : found->value;
}

/// The first row that has this value in that column.
Row row_with(const Rows& rows, std::string_view column, const std::string& wanted) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& row) { return value(row, column) == wanted; });
  return found == rows.end() ? Row{} : *found;
}

const std::string us = std::to_string(getpid());

TEST(Text, falls_into_fields) {
  EXPECT_THAT(fields_of("  a bc \t d "), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(lines_of("a b\n\nc"), ElementsAre("a b", "c"));
  EXPECT_EQ(trimmed(" a b\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(number_in<unsigned>("1F90", 16), 0x1f90u);
  EXPECT_EQ(text_of("/nowhere/at/all"), "");
}

TEST(AccountNames, are_numbers_where_nobody_has_them) {
  EXPECT_EQ(AccountNames::of_users().name("0"), "root");
  EXPECT_EQ(AccountNames::of_groups().name("0"), "root");
  EXPECT_EQ(AccountNames::of_users().name("4123456789"), "4123456789");
}

TEST(Tables, show_this_process) {
  const auto row = row_with(processes(), "pid", us);
  EXPECT_THAT(value(row, "command"), HasSubstr("unit_target"));
  EXPECT_NE(value(row, "cores"), "");
  const auto group = row_with(process_groups(), "pid", us);
  EXPECT_EQ(value(group, "pgid"), std::to_string(getpgid(0)));
  EXPECT_EQ(value(row_with(threads(), "tid", us), "command"), "unit_target");
}

TEST(Tables, show_open_files) {
  const FileDescriptor null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  auto rows = files();
  std::erase_if(rows, [](const Row& row) { return value(row, "pid") != us; });
  EXPECT_EQ(value(row_with(rows, "file descriptor", std::to_string(null.get())), "name"),
            "/dev/null");
}

TEST(Tables, show_shared_memory) {
  const int region = shmget(IPC_PRIVATE, 8192, 0640);
  ASSERT_GE(region, 0);
  const auto row = row_with(shared_memory(), "shmid", std::to_string(region));
  shmctl(region, IPC_RMID, nullptr);
  EXPECT_EQ(value(row, "permissions"), "640");
  EXPECT_EQ(value(row, "size"), "8192");
  EXPECT_EQ(value(row, "creator command"), "unit_target");
  EXPECT_EQ(value(row, "last shmat() time"), "");
  EXPECT_THAT(value(row, "last shmctl() time"), HasSubstr(":"));
}

TEST(Tables, are_all_readable) {
  for (const auto& table : tables()) {
    const auto rows = table.read();
    for (const auto& row : rows) EXPECT_FALSE(row.empty()) << table.type;
  }
  EXPECT_FALSE(cpus().empty());
}

}  // namespace
}  // namespace target::linux::os_data
