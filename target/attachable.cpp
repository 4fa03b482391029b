#include "target/attachable.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "target/linux/file_descriptor.hpp"
#include "target/linux/proc_fs.hpp"

namespace target {
namespace {

std::string named(Pid pid, const linux::TaskStatus& status) {
  return std::to_string(pid.value) + " (" + status.name + ")";
}

}  // namespace

Result<void> check_attachable(Pid pid) {
  const auto status = linux::task_status(Tid{pid.value});
  if (!status)
    return failure(ESRCH, "cannot attach to process " + std::to_string(pid.value) +
                              ": there is none with that id in this pid namespace");
  if (status->process != pid)
    return failure(EINVAL, "cannot attach to " + named(pid, *status) + ": it is a thread of process " +
                               std::to_string(status->process.value) + "; attach to that one");
  if (pid.value == getpid()) return failure(EPERM, "cannot attach to process " + named(pid, *status) + ": that is this very program");
  constexpr std::uint64_t kernel_thread = 0x00200000;  // PF_KTHREAD, <linux/sched.h>
  const auto details = linux::task_details({pid, leader_of(pid)});
  if (details && (details->flags & kernel_thread) != 0)
    return failure(EPERM, "cannot attach to process " + named(pid, *status) + ": it is a thread of the kernel");
  const bool leads_nobody = linux::threads_of(pid).value_or(std::vector<Tid>()).size() < 2;
  if ((status->state == 'Z' && leads_nobody) || status->state == 'X')
    return failure(ESRCH, "cannot attach to process " + named(pid, *status) + ": it has exited already");
  if (status->tracer.value != 0) {
    const auto tracer = linux::task_status(Tid{status->tracer.value});
    return failure(EPERM, "cannot attach to process " + named(pid, *status) +
                              ": it is already traced by process " +
                              (tracer ? named(status->tracer, *tracer) : std::to_string(status->tracer.value)) +
                              "; detach that first");
  }
  return {};
}

Error explain_refusal(Pid pid, const Error& error) {
  if (error.code != EPERM && error.code != EACCES) return error;
  return {error.code,
          "cannot attach to process " + std::to_string(pid.value) + ": " + describe_errno(error.code) +
              "; it belongs to another user, or kernel.yama.ptrace_scope or a seccomp filter forbids "
              "it (be root or have CAP_SYS_PTRACE; in a container --cap-add=SYS_PTRACE)"};
}

Result<void> check_access(Pid pid) {
  if (auto attachable = check_attachable(pid); !attachable) return attachable;
  // PTRACE_MODE_ATTACH, ptrace(2); yama and other security modules are asked too.
  const linux::FileDescriptor memory(open(("/proc/" + std::to_string(pid.value) + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  if (memory.get() < 0) return tl::unexpected(explain_refusal(pid, {errno, ""}));
  return {};
}

}  // namespace target
