// Calls count_once() forever; its argument is the number of calls so far.
#include "safety.h"

volatile long counter;

__attribute__((noinline)) void count_once(long so_far) { counter = so_far + 1; }

int main(void) {
  end_some_day();
  for (;;) count_once(counter);
}
