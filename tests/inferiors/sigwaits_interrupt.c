// Takes SIGINT with sigtimedwait() and counts it: an interrupt of the debugger must never arrive here.
#include <signal.h>
#include <time.h>

#include "safety.h"

volatile long rounds, interrupts_seen;

int main(void) {
  end_some_day();
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, NULL);
  for (;;) {
    struct timespec moment = {.tv_nsec = 1000000};
    if (sigtimedwait(&interrupt, NULL, &moment) == SIGINT) interrupts_seen = interrupts_seen + 1;
    rounds = rounds + 1;
  }
}
