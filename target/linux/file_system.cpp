#include "target/linux/file_system.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace target::linux {
namespace {

// A client may name anything: opening a pipe must not wait for its other end, nor a terminal become ours.
constexpr int always = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

bool same_file(const char* first, const std::string& second) {
  struct stat one, other;
  return stat(first, &one) == 0 && stat(second.c_str(), &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

bool shares_our_files(const std::string& process) {
  return same_file("/", process + "/root/") && same_file("/proc/self/ns/mnt", process + "/ns/mnt");
}

Result<FileDescriptor> open_in_root(int root, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>((flags & O_PATH) != 0 ? flags | O_CLOEXEC : flags | always);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_IN_ROOT;
  const auto file = syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
  if (file < 0) return system_failure("open " + path);
  return FileDescriptor(static_cast<int>(file));
}

}  // namespace

Result<void> FileSystem::set_process(std::optional<Pid> pid) {
  root_.reset();
  if (!pid) return {};
  const auto process = "/proc/" + std::to_string(pid->value);
  if (shares_our_files(process)) return {};
  FileDescriptor root(::open((process + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return system_failure("reach the files of process " + std::to_string(pid->value));
  root_ = std::move(root);
  return {};
}

Result<FileDescriptor> FileSystem::open(const std::string& path, int flags, mode_t mode) const {
  if (root_) return open_in_root(root_.get(), path, flags, mode);
  FileDescriptor file(::open(path.c_str(), flags | always, mode));
  if (!file) return system_failure("open " + path);
  return file;
}

Result<struct stat> FileSystem::status(const std::string& path, bool follow) const {
  struct stat status{};
  const auto file = open(path, O_PATH | (follow ? 0 : O_NOFOLLOW), 0);
  if (!file) return tl::unexpected(file.error());
  if (fstat(file->get(), &status) != 0) return system_failure("stat " + path);
  return status;
}

Result<std::string> FileSystem::read_link(const std::string& path) const {
  const auto file = open(path, O_PATH | O_NOFOLLOW, 0);
  if (!file) return tl::unexpected(file.error());
  std::string target(4096, '\0');
  const auto length = readlinkat(file->get(), "", target.data(), target.size());
  // ENOENT is what readlinkat says of an O_PATH descriptor that is no symbolic link.
  if (length < 0) return system_failure("read the link " + path, errno == ENOENT ? EINVAL : errno);
  target.resize(static_cast<std::size_t>(length));
  return target;
}

Result<void> FileSystem::unlink(const std::string& path) const {
  if (!root_) {
    if (::unlink(path.c_str()) != 0) return system_failure("unlink " + path);
    return {};
  }
  const auto slash = path.rfind('/');
  const auto folder_name = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const auto folder = open(folder_name, O_PATH | O_DIRECTORY, 0);
  if (!folder) return tl::unexpected(folder.error());
  const auto name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  if (unlinkat(folder->get(), name.c_str(), 0) != 0) return system_failure("unlink " + path);
  return {};
}

}  // namespace target::linux
