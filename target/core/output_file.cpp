#include "target/core/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace target::core {
namespace {

sigset_t only_file_size_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGXFSZ);
  return set;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::create_beside(const std::string& path) {
  constexpr std::size_t longest_begin = 200;  // of the 255 bytes that a name may have
  const auto name_at = path.rfind('/') + 1;
  auto own_path = path.substr(0, name_at + longest_begin) + ".XXXXXX";
  linux::FileDescriptor file(mkostemp(own_path.data(), O_CLOEXEC));
  if (!file) return system_failure("create a file in the folder of " + path);
  return TemporaryFile(std::move(file), std::move(own_path));
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

Result<void> TemporaryFile::rename_to(const std::string& path) {
  if (rename(path_.c_str(), path.c_str()) != 0) return system_failure("rename the finished file");
  path_.clear();
  return {};
}

FileSizeSignalHeld::FileSizeSignalHeld() {
  const auto set = only_file_size_signal();
  sigset_t before;
  if (pthread_sigmask(SIG_BLOCK, &set, &before) == 0) was_blocked_ = sigismember(&before, SIGXFSZ) == 1;
}

FileSizeSignalHeld::~FileSizeSignalHeld() {
  if (was_blocked_) return;
  const auto set = only_file_size_signal();
  const timespec at_once{};
  while (sigtimedwait(&set, nullptr, &at_once) > 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace target::core
