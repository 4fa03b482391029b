// A thread each sleeps in nanosleep, poll, read, futex, select; counts any that comes back in `returned_early`.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>

#include "safety.h"

atomic_int returned_early, asleep, futex_word;

static void* in_nanosleep(void* unused) {
  asleep++;
  nanosleep(&(struct timespec){.tv_sec = 1000}, NULL);
  returned_early++;
  return unused;
}

static void* in_poll(void* unused) {
  asleep++;
  poll(NULL, 0, 1000000);
  returned_early++;
  return unused;
}

static void* in_read(void* unused) {
  int ends[2];
  char byte;
  if (pipe(ends) != 0) return unused;
  asleep++;
  if (read(ends[0], &byte, 1) != 1) returned_early++;
  returned_early++;
  return unused;
}

static void* in_futex(void* unused) {
  asleep++;
  syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, NULL, NULL, 0);
  returned_early++;
  return unused;
}

static void* in_select(void* unused) {
  asleep++;
  select(0, NULL, NULL, NULL, &(struct timeval){.tv_sec = 1000});
  returned_early++;
  return unused;
}

int main(void) {
  end_some_day();
  void* (*bodies[])(void*) = {in_poll, in_read, in_futex, in_select};
  for (int i = 0; i < 4; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, bodies[i], NULL);
  }
  in_nanosleep(NULL);
  return 1;
}
