// 32 threads (or as many as told) work and sleep in turns; every signal and interrupted system call is counted.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "safety.h"

enum { most_threads = 256 };
volatile long counters[most_threads];
atomic_long signals_seen, interruptions_seen;
atomic_int first_signal, threads_running;

__attribute__((noinline)) void work(long index) { counters[index] = counters[index] + 1; }

static void on_any_signal(int number) {
  if (signals_seen++ == 0) first_signal = number;
}

static void note_interruption(int failed) {
  if (failed && errno == EINTR) interruptions_seen++;
}

static void* keep_busy(void* argument) {
  long index = (long)argument;
  threads_running++;
  for (;;) {
    for (int i = 0; i < 20; ++i) work(index);
    struct timespec nap = {.tv_nsec = 2000000 + 100000 * index};
    errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
    note_interruption(errno != 0);
    note_interruption(poll(NULL, 0, 1) < 0);
  }
  return NULL;
}

static void count_all_signals(void) {
  struct sigaction action = {.sa_handler = on_any_signal};
  for (int number = 1; number < NSIG; ++number)
    if (number != SIGALRM && number != SIGTERM) sigaction(number, &action, NULL);
}

int main(int argc, char** argv) {
  end_some_day();
  count_all_signals();
  long threads = argc > 1 ? atol(argv[1]) : 32;
  for (long i = 1; i < threads; ++i) {
    pthread_t started;
    pthread_create(&started, NULL, keep_busy, (void*)i);
  }
  keep_busy(NULL);
}
