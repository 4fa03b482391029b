// The first thread ends by pthread_exit(); the second calls survive() N times (0: forever), then exits with 5.
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "safety.h"

static pthread_t leader;
static long wanted;
volatile long survived;

__attribute__((noinline)) void survive(void) { survived = survived + 1; }

static void* outlive_leader(void* unused) {
  (void)unused;
  pthread_join(leader, NULL);
  while (wanted == 0 || survived < wanted) {
    survive();
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  exit(5);
}

int main(int argc, char** argv) {
  end_some_day();
  wanted = argc > 1 ? atol(argv[1]) : 0;
  leader = pthread_self();
  pthread_t second;
  pthread_create(&second, NULL, outlive_leader, NULL);
  pthread_exit(NULL);
}
