// Executes int3 of its own twice, between two stores to `stage`; exits with 6 when stage went 0, 1, 2.
#include "safety.h"

volatile int stage;

__attribute__((noinline)) void trap_here(void) {
  __asm__ volatile("own_trap: int3\n after_own_trap: nop" ::: "memory");
  stage = stage + 1;
}

int main(void) {
  end_some_day();
  trap_here();
  trap_here();
  return stage == 2 ? 6 : 1;
}
