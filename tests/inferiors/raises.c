// `raises SIGNAL...`: raises each in turn; handlers count SIGUSR1, SIGUSR2 and SIGRTMIN+1. Exits with the count.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "safety.h"

volatile int handled;

__attribute__((noinline)) void on_signal(int number) {
  (void)number;
  handled = handled + 1;
}

__attribute__((noinline)) void raise_next(int number) { raise(number); }

int main(int argc, char** argv) {
  end_some_day();
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, on_signal);
  signal(SIGRTMIN + 1, on_signal);
  for (int i = 1; i < argc; ++i) raise_next(atoi(argv[i]));
  printf("handled %d\n", handled);
  return handled;
}
