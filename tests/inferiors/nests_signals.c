// SIGUSR1, whose handler raises SIGUSR2, whose handler calls deepest(). Exits with 3 when all returned in order.
#include <signal.h>

#include "safety.h"

volatile int depth, steps;

__attribute__((noinline)) void deepest(void) { steps = steps * 10 + depth; }

void on_inner(int number) {
  (void)number;
  depth = 2;
  deepest();
  depth = 1;
}

void on_outer(int number) {
  (void)number;
  depth = 1;
  raise(SIGUSR2);
  deepest();
  depth = 0;
}

int main(void) {
  end_some_day();
  signal(SIGUSR1, on_outer);
  signal(SIGUSR2, on_inner);
  raise(SIGUSR1);
  return steps == 21 && depth == 0 ? 3 : 1;
}
