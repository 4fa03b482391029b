// `meets_breakpoint THREADS ROUNDS`: every thread calls meet() ROUNDS times (0: forever), then the total is printed.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "safety.h"

atomic_long meetings;
static long rounds;

__attribute__((noinline)) void meet(long thread_index) {
  (void)thread_index;
  atomic_fetch_add(&meetings, 1);
}

static void* meets(void* index) {
  for (long round = 0; rounds == 0 || round < rounds; ++round)
    meet((long)index);
  return NULL;
}

int main(int argc, char** argv) {
  end_some_day();
  long threads = argc > 1 ? atol(argv[1]) : 4;
  rounds = argc > 2 ? atol(argv[2]) : 0;
  pthread_t* started = calloc(threads, sizeof *started);
  for (long i = 0; i < threads; ++i) pthread_create(&started[i], NULL, meets, (void*)i);
  for (long i = 0; i < threads; ++i) pthread_join(started[i], NULL);
  printf("meetings %ld\n", (long)meetings);
  return 0;
}
