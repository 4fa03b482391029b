#include "target/linux/seccomp_filter.hpp"

#include <seccomp.h>

#include <cerrno>

namespace target::linux {

namespace {

// The tree: a look at each call costs the logarithm of how many there are. Calls that are allowed whatever their
// arguments the kernel remembers and does not ask the filter for (Linux 5.11).
constexpr std::uint32_t as_tree = 2;

}  // namespace

void SeccompFilter::Release::operator()(void* filter) const { seccomp_release(filter); }

Result<SeccompFilter> SeccompFilter::stopping_at(const std::vector<std::string>& calls) {
  SeccompFilter made;
  made.filter_.reset(seccomp_init(SCMP_ACT_ALLOW));
  void* filter = made.filter_.get();
  if (filter == nullptr) return failure(ENOMEM, "no seccomp filter could be made; leave --only out");
  const int foreign = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
  const int both = seccomp_arch_add(filter, SCMP_ARCH_X86);
  (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, as_tree);
  if (foreign != 0 || (both != 0 && both != -EEXIST)) return failure(EINVAL, "no seccomp filter for x86 could be made");
  for (const auto& call : calls) {
    const int number = seccomp_syscall_resolve_name(call.c_str());
    if (number == __NR_SCMP_ERROR) return failure(EINVAL, "no system call is called " + call);
    if (const int failed = seccomp_rule_add(filter, SCMP_ACT_TRACE(0), number, 0); failed != 0 && failed != -EDOM)
      return system_failure("put " + call + " into a seccomp filter", -failed);
  }
  return made;
}

int SeccompFilter::load() const {
  // A program that may gain no privileges is another one than it would be without us: only where we must.
  for (const std::uint32_t no_new_privileges : {0u, 1u}) {
    (void)seccomp_attr_set(filter_.get(), SCMP_FLTATR_CTL_NNP, no_new_privileges);
    const int failed = seccomp_load(filter_.get());
    if (failed == 0 || no_new_privileges == 1) return -failed;
  }
  return 0;
}

}  // namespace target::linux
