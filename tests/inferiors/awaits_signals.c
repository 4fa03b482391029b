// Waits in pause() and counts SIGUSR1, SIGUSR2 and SIGCONT; `awaits_signals N` leaves with 7 after N SIGUSR1.
#include <signal.h>
#include <stdlib.h>

#include "safety.h"

volatile int usr1_seen, usr2_seen, cont_seen, ready;

__attribute__((noinline)) void on_signal(int number) {
  if (number == SIGUSR1) usr1_seen = usr1_seen + 1;
  if (number == SIGUSR2) usr2_seen = usr2_seen + 1;
  if (number == SIGCONT) cont_seen = cont_seen + 1;
}

int main(int argc, char** argv) {
  end_some_day();
  signal(SIGUSR1, on_signal);
  signal(SIGUSR2, on_signal);
  signal(SIGCONT, on_signal);
  int wanted = argc > 1 ? atoi(argv[1]) : 0;
  ready = 1;
  while (wanted == 0 || usr1_seen < wanted) pause();
  return 7;
}
