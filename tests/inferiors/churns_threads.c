// Creates threads that call newborn() and exit at once, as many as its argument says (0: forever), eight at a time.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "safety.h"

atomic_long threads_made;

__attribute__((noinline)) void newborn(void) { threads_made++; }

static void* live_shortly(void* unused) {
  newborn();
  return unused;
}

int main(int argc, char** argv) {
  end_some_day();
  long wanted = argc > 1 ? atol(argv[1]) : 0;
  while (wanted == 0 || threads_made < wanted) {
    pthread_t batch[8];
    for (int i = 0; i < 8; ++i) pthread_create(&batch[i], NULL, live_shortly, NULL);
    for (int i = 0; i < 8; ++i) pthread_join(batch[i], NULL);
  }
  printf("threads made %ld\n", (long)threads_made);
  return 0;
}
