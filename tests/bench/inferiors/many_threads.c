/* many_threads N idle|busy|counting: N threads in all that sleep, or all spin once a byte has come on standard input,
   or sleep while the first one counts. Writes one line when every thread has started. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "last_resort.h"

volatile long counter;
static pthread_barrier_t all_run, spin_now;

__attribute__((noinline)) void count_once(void) { ++counter; }

static void *sleep_forever(void *unused) {
  pthread_barrier_wait(&all_run);
  for (;;) pause();
  return unused;
}

static void *spin_forever(void *unused) {
  volatile unsigned long turns = 0;
  pthread_barrier_wait(&all_run);
  pthread_barrier_wait(&spin_now);
  for (;;) ++turns;
  return unused;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  const int others = atoi(argv[1]) - 1;
  const int busy = strcmp(argv[2], "busy") == 0;
  arm_last_resort();

  pthread_barrier_init(&all_run, NULL, (unsigned)others + 1);
  pthread_barrier_init(&spin_now, NULL, (unsigned)others + 1);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 << 10);
  for (int i = 0; i < others; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, &small, busy ? spin_forever : sleep_forever, NULL) != 0) return 1;
  }
  pthread_barrier_wait(&all_run);
  puts("ready");
  fflush(stdout);

  if (strcmp(argv[2], "idle") == 0)
    for (;;) pause();
  if (busy) {
    char byte;
    while (read(0, &byte, 1) != 1) continue;
    pthread_barrier_wait(&spin_now);
  }
  for (;;) count_once();
}
