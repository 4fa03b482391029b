/* Ends a program that lost everybody who would have ended it. */
#ifndef BENCH_LAST_RESORT_H
#define BENCH_LAST_RESORT_H

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static inline void arm_last_resort(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(600);
}

#endif
