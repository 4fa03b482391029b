#include "target/linux/file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

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
  const auto full = folder_.empty() || path.starts_with('/') ? path : folder_ + "/" + path;
  if (root_) return open_in_root(root_.get(), full, flags, mode);
  FileDescriptor file(::open(full.c_str(), flags | always, mode));
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

Result<FileSystem::Place> FileSystem::place_of(const std::string& path) const {
  auto end = path.find_last_not_of('/');
  end = end == std::string::npos ? path.size() : end + 1;
  const auto slash = path.substr(0, end).rfind('/');
  const bool plain = slash == std::string::npos;
  auto folder = open(plain ? "." : path.substr(0, slash + 1), O_PATH | O_DIRECTORY, 0);
  if (!folder) return tl::unexpected(folder.error());
  return Place{std::move(*folder), path.substr(plain ? 0 : slash + 1, end - (plain ? 0 : slash + 1))};
}

Result<void> FileSystem::unlink(const std::string& path) const {
  const auto place = place_of(path);
  if (!place) return tl::unexpected(place.error());
  if (unlinkat(place->folder.get(), place->name.c_str(), 0) != 0) return system_failure("unlink " + path);
  return {};
}

Result<void> FileSystem::make_link(const std::string& target, const std::string& path) const {
  const auto place = place_of(path);
  if (!place) return tl::unexpected(place.error());
  if (symlinkat(target.c_str(), place->folder.get(), place->name.c_str()) != 0)
    return system_failure("make the link " + path);
  return {};
}

Result<void> FileSystem::make_folder(const std::string& path, mode_t mode) const {
  const auto place = place_of(path);
  if (!place) return tl::unexpected(place.error());
  if (mkdirat(place->folder.get(), place->name.c_str(), mode) == 0) return {};
  const int why = errno;
  const auto there = status(path, true);
  if (why == EEXIST && there && S_ISDIR(there->st_mode)) return {};
  return system_failure("make the folder " + path, why);
}

// fchmod does not take descriptors that are opened with O_PATH.
Result<void> FileSystem::set_mode(const std::string& path, mode_t mode) const {
  const auto file = open(path, O_PATH, 0);
  if (!file) return tl::unexpected(file.error());
  if (chmod(("/proc/self/fd/" + std::to_string(file->get())).c_str(), mode) != 0)
    return system_failure("change the mode of " + path);
  return {};
}

std::vector<std::string> FileSystem::completions(const std::string& path, bool only_folders) const {
  const auto head = path.substr(0, path.rfind('/') + 1);
  const auto start = path.substr(head.size());
  auto folder = open(head.empty() ? "." : head, O_RDONLY | O_DIRECTORY, 0);
  std::vector<std::string> found;
  if (!folder) return found;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(dup(folder->get())), closedir);
  while (const dirent* entry = entries ? readdir(entries.get()) : nullptr) {
    const std::string name = entry->d_name;
    if (!name.starts_with(start) || name == "." || name == "..") continue;
    struct stat status{};
    const bool is_folder = fstatat(folder->get(), entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
    if (is_folder || !only_folders) found.push_back(head + name + (is_folder ? "/" : ""));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace target::linux
