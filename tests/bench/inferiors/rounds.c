/* rounds N hits|syscalls|forks: N threads in all do rounds of the same work, and the first one calls round_done() after
   each: count_once() 2000 times, or 5000 system calls, or 100 children. Writes one line when every thread has started. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "last_resort.h"

enum { hits_a_round = 2000, syscalls_a_round = 5000, forks_a_round = 100 };

static pthread_barrier_t round_begins, round_ends;
static int threads;
static char work;
volatile long sum;

__attribute__((noinline)) void count_once(void) { ++sum; }
__attribute__((noinline)) void round_done(void) { ++sum; }

static void hit(void) {
  for (int i = 0; i < hits_a_round / threads; ++i) count_once();
}

static void call(void) {
  for (int i = 0; i < syscalls_a_round / threads; ++i) syscall(SYS_getppid);
}

static void fork_children(void) {
  for (int i = 0; i < forks_a_round; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
  }
}

static void do_round(void) { work == 'h' ? hit() : work == 's' ? call() : fork_children(); }

static void *take_part(void *unused) {
  for (;;) {
    pthread_barrier_wait(&round_begins);
    do_round();
    pthread_barrier_wait(&round_ends);
  }
  return unused;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  threads = atoi(argv[1]);
  work = argv[2][0];
  arm_last_resort();
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);

  pthread_barrier_init(&round_begins, NULL, (unsigned)threads);
  pthread_barrier_init(&round_ends, NULL, (unsigned)threads);
  for (int i = 1; i < threads; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, take_part, NULL) != 0) return 1;
  }
  puts("ready");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) != 1) continue;
  for (;;) {
    pthread_barrier_wait(&round_begins);
    do_round();
    pthread_barrier_wait(&round_ends);
    round_done();
  }
}
