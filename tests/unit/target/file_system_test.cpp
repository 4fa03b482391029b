#include "target/linux/file_system.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/traced_child.hpp"

namespace target::linux {
namespace {

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    char name[] = "/tmp/remora-files-XXXXXX";
    folder = mkdtemp(name);
    std::ofstream(folder + "/file") << "content";
    symlink("file", (folder + "/link").c_str());
  }
  ~FilesTest() override { std::filesystem::remove_all(folder); }

  static std::string content(const FileDescriptor& file) {
    char text[64];
    const auto got = pread(file.get(), text, sizeof text, 0);
    return got < 0 ? "" : std::string(text, static_cast<std::size_t>(got));
  }

  std::string folder;
  FileSystem files;
};

TEST_F(FilesTest, opens_creates_and_removes) {
  const auto file = files.open(folder + "/file", O_RDONLY, 0);
  ASSERT_TRUE(file);
  EXPECT_EQ(content(*file), "content");
  ASSERT_TRUE(files.open(folder + "/new", O_WRONLY | O_CREAT, 0600));
  EXPECT_EQ(files.status(folder + "/new", true)->st_mode & 0777u, 0600u);
  EXPECT_TRUE(files.unlink(folder + "/new"));
  EXPECT_EQ(files.unlink(folder + "/new").error().code, ENOENT);
  EXPECT_EQ(files.open(folder + "/none", O_RDONLY, 0).error().code, ENOENT);
}

TEST_F(FilesTest, hands_no_descriptor_to_programs_that_are_launched) {
  const auto file = files.open(folder + "/file", O_RDONLY, 0);
  ASSERT_TRUE(file);
  EXPECT_NE(fcntl(file->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(FilesTest, follows_links_only_if_asked) {
  EXPECT_TRUE(S_ISREG(files.status(folder + "/link", true)->st_mode));
  EXPECT_TRUE(S_ISLNK(files.status(folder + "/link", false)->st_mode));
  EXPECT_EQ(files.read_link(folder + "/link"), "file");
  EXPECT_EQ(files.read_link(folder + "/file").error().code, EINVAL);
}

TEST_F(FilesTest, sees_the_same_files_as_a_process_in_our_own_root) {
  support::Bell end;
  support::ForkedChild child([&] { return end.await() ? 0 : 1; });
  ASSERT_TRUE(files.set_process(child.pid()));
  EXPECT_TRUE(files.open(folder + "/file", O_RDONLY, 0));
  EXPECT_FALSE(files.set_process(Pid{0x7ffffffe}));
}

TEST_F(FilesTest, sees_the_files_of_a_process_with_another_root_and_none_of_ours) {
  support::Bell ready, end;
  support::ForkedChild child([&] {
    const bool moved = chroot(folder.c_str()) == 0 && chdir("/") == 0;
    ready.ring();
    return moved && end.await() ? 0 : 1;
  });
  ready.await();
  if (getuid() != 0) GTEST_SKIP() << "needs chroot";
  ASSERT_TRUE(files.set_process(child.pid()));
  const auto file = files.open("/file", O_RDONLY, 0);
  ASSERT_TRUE(file);
  EXPECT_EQ(content(*file), "content");
  EXPECT_TRUE(files.status("/link", true));
  EXPECT_FALSE(files.open(folder + "/file", O_RDONLY, 0));
  EXPECT_FALSE(files.open("/../../../../etc/passwd", O_RDONLY, 0)) << "the way out of the root is open";
  EXPECT_TRUE(files.unlink("/link"));
  EXPECT_EQ(access((folder + "/link").c_str(), F_OK), -1);
  ASSERT_TRUE(files.set_process(std::nullopt));
  EXPECT_TRUE(files.open(folder + "/file", O_RDONLY, 0));
}

// The server has one thread: whatever waits for somebody at the other end of a pipe waits for ever.
TEST_F(FilesTest, does_not_wait_for_the_other_end_of_a_pipe) {
  ASSERT_EQ(mkfifo((folder + "/fifo").c_str(), 0600), 0);
  support::ForkedChild child([&] { return files.open(folder + "/fifo", O_RDONLY, 0) ? 0 : 1; });
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child.pid().value, 0));
  pollfd ended{handle, POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 2'000), 1) << "it waits";
  close(handle);
}

}  // namespace
}  // namespace target::linux
