// Stands for target/linux/file_system.cpp: one small file, and nothing of the machine's own.

#include "target/linux/file_system.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace target::linux {
namespace {

constexpr std::string_view only_file = "/file";
constexpr std::string_view content = "what is in the only file";

Result<FileDescriptor> open_only_file(const std::string& path) {
  if (path != only_file) return system_failure("open " + path, ENOENT);
  FileDescriptor file(memfd_create("file", MFD_CLOEXEC));
  if (!file) return system_failure("open " + path);
  if (write(file.get(), content.data(), content.size()) < 0) return system_failure("open " + path);
  return file;
}

}  // namespace

Result<void> FileSystem::set_process(std::optional<Pid>) { return {}; }

Result<FileDescriptor> FileSystem::open(const std::string& path, int, mode_t) const { return open_only_file(path); }

Result<struct stat> FileSystem::status(const std::string& path, bool) const {
  const auto file = open_only_file(path);
  if (!file) return tl::unexpected(file.error());
  struct stat status{};
  fstat(file->get(), &status);
  return status;
}

Result<std::string> FileSystem::read_link(const std::string& path) const {
  return system_failure("read the link " + path, EINVAL);
}

Result<void> FileSystem::unlink(const std::string& path) const { return system_failure("unlink " + path, EROFS); }

Result<void> FileSystem::make_link(const std::string&, const std::string& path) const {
  return system_failure("make the link " + path, EROFS);
}

}  // namespace target::linux
