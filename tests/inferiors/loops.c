// One source line that runs many instructions (range steps), then a call made from a loop.
#include "safety.h"

volatile long sum;

__attribute__((noinline)) void add_up(long upto) {
  for (long i = 0; i < upto; ++i) sum = sum + i; /* the long line */
  sum = sum + 1;                                 /* after the long line */
}

int main(void) {
  end_some_day();
  for (int round = 0; round < 1000; ++round) add_up(500);
  return sum == 1000 * (499 * 500 / 2 + 1) ? 0 : 1;
}
