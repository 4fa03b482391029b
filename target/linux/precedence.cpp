#include "target/linux/precedence.hpp"

#include <sched.h>

namespace target::linux {
namespace {

bool set_policy(int policy, int priority) {
  sched_param parameters{};
  parameters.sched_priority = priority;
  return sched_setscheduler(0, policy, &parameters) == 0;
}

}  // namespace

// Whoever started the server with a real-time policy of its own has arranged things already.
Precedence::Precedence()
    : former_policy_(sched_getscheduler(0)), possible_(former_policy_ == SCHED_OTHER || former_policy_ == SCHED_BATCH) {}

void Precedence::hold(bool wanted) {
  if (wanted == held_ || !possible_) return;
  if (wanted) {
    held_ = possible_ = set_policy(SCHED_RR | SCHED_RESET_ON_FORK, 1);
    return;
  }
  // Clearing the flag takes CAP_SYS_NICE, giving up the priority does not (sched(7)).
  held_ = !set_policy(former_policy_, 0) && !set_policy(former_policy_ | SCHED_RESET_ON_FORK, 0);
}

}  // namespace target::linux
