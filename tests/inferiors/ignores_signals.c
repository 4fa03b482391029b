// `ignores_signals [NUMBER...]`: ignored signals, and these, come to threads in blocking calls; fails if a call ends.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "safety.h"

static long in_epoll_wait(void) {
  struct epoll_event event;
  return epoll_wait(epoll_create1(0), &event, 1, -1);
}

static long in_timed_recv(void) {
  const struct timeval long_time = {.tv_sec = 100000};
  int ends[2];
  char byte;
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &long_time, sizeof long_time);
  return recv(ends[0], &byte, 1, 0);
}

static long in_sigwaitinfo(void) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGRTMIN);
  pthread_sigmask(SIG_BLOCK, &wanted, NULL);
  return sigwaitinfo(&wanted, NULL);
}

static long in_pause(void) { return pause(); }

static long (*const calls[])(void) = {in_epoll_wait, in_timed_recv, in_sigwaitinfo, in_pause};
enum { threads = sizeof calls / sizeof calls[0] };
static atomic_int ids[threads];
static atomic_int calls_ended;

static void* block(void* argument) {
  long kind = (long)argument;
  ids[kind] = gettid();
  for (;;) {
    calls[kind]();
    printf("call %ld ended\n", kind);
    calls_ended++;
  }
  return NULL;
}

static unsigned long long field(const char* status, const char* name) {
  const char* found = strstr(status, name);
  return found ? strtoull(found + strlen(name), NULL, 16) : 1;
}

// Asleep, and no signal is on its way any more.
static int sleeps(int id) {
  char path[64], status[4096];
  snprintf(path, sizeof path, "/proc/self/task/%d/status", id);
  FILE* file = id ? fopen(path, "r") : NULL;
  if (!file) return 0;
  status[fread(status, 1, sizeof status - 1, file)] = 0;
  fclose(file);
  return strstr(status, "State:\tS") && field(status, "SigPnd:\t") == 0;
}

static void send_to_all(int number) {
  for (int i = 0; i < threads; ++i) {
    while (!sleeps(ids[i])) usleep(100);
    syscall(SYS_tgkill, getpid(), ids[i], number);
    while (!sleeps(ids[i])) usleep(100);
  }
}

int main(int argc, char** argv) {
  end_some_day();
  signal(SIGUSR1, SIG_IGN);
  for (long i = 0; i < threads; ++i) {
    pthread_t started;
    pthread_create(&started, NULL, block, (void*)i);
  }
  const int ignored[] = {SIGCHLD, SIGWINCH, SIGURG, SIGCONT, SIGUSR1};
  for (unsigned i = 0; i < sizeof ignored / sizeof ignored[0]; ++i) send_to_all(ignored[i]);
  for (int i = 1; i < argc; ++i) send_to_all(atoi(argv[i]));
  fflush(stdout);
  return calls_ended != 0;
}
