/* Calls a function so many times. */
#include <stdlib.h>

__attribute__((noinline)) long hit(long n) {
  __asm__ volatile("" : "+r"(n));
  return n;
}

int main(int argc, char** argv) {
  const long times = argc > 1 ? atol(argv[1]) : 0;
  long sum = 0;
  for (long i = 0; i < times; ++i) sum += hit(i);
  return sum == 0;
}
