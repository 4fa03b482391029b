// Each of three threads puts its own value into a thread-local variable and meets in all_set(). Exits with 0.
#include <pthread.h>

#include "safety.h"

__thread int own_number = 1000;
static pthread_barrier_t everyone_set, seen;
static long wrong;

__attribute__((noinline)) void all_set(void) { __asm__ volatile("" ::: "memory"); }

static void* set_own(void* argument) {
  int number = (int)(long)argument;
  own_number += number;
  pthread_barrier_wait(&everyone_set);
  if (number == 0) all_set();
  pthread_barrier_wait(&seen);
  if (own_number != 1000 + number) wrong++;
  return NULL;
}

int main(void) {
  end_some_day();
  pthread_barrier_init(&everyone_set, NULL, 3);
  pthread_barrier_init(&seen, NULL, 3);
  pthread_t threads[2];
  for (long i = 1; i <= 2; ++i) pthread_create(&threads[i - 1], NULL, set_own, (void*)i);
  set_own(0);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  return wrong != 0;
}
