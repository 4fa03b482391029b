// `execs leader|thread PROGRAM ARGS...`: becomes PROGRAM, from the first or from another thread, two more spinning.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "safety.h"

static char** program;
volatile long spins;

__attribute__((noinline)) void become(void) {
  execv(program[0], program);
  perror("execv");
  _exit(127);
}

static void* spin(void* unused) {
  for (;;) spins = spins + 1;
  return unused;
}

static void* become_from_thread(void* unused) {
  become();
  return unused;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  end_some_day();
  program = argv + 2;
  pthread_t thread;
  for (int i = 0; i < 2; ++i) pthread_create(&thread, NULL, spin, NULL);
  if (strcmp(argv[1], "leader") == 0) become();
  pthread_create(&thread, NULL, become_from_thread, NULL);
  pthread_join(thread, NULL);
  return 1;
}
