// `queues_signal VALUE`: sends itself SIGUSR1 with VALUE and exits with the value its handler got.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "safety.h"

volatile int value_got, code_got, sender_got;

__attribute__((noinline)) void on_signal(int number, siginfo_t* info, void* context) {
  (void)number, (void)context;
  value_got = info->si_value.sival_int;
  code_got = info->si_code;
  sender_got = info->si_pid;
}

int main(int argc, char** argv) {
  end_some_day();
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = argc > 1 ? atoi(argv[1]) : 77});
  printf("value %d, from itself %d\n", value_got, sender_got == getpid());
  return value_got & 0xff;
}
