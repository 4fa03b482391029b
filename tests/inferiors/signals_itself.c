// Gets a signal of each kind that siginfo tells apart, one after the other: queued, timer, child, file, fault,
// arithmetic, system call. Exits with how many handlers found in theirs what they should.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "safety.h"

static sigjmp_buf before_fault;
volatile int good, child;
siginfo_t seen;

__attribute__((noinline)) void on_signal(int number, siginfo_t* info, void* context) {
  (void)context;
  seen = *info;
  if (number == SIGSEGV || number == SIGFPE) siglongjmp(before_fault, 1);
}

static void check(int as_expected) { good += as_expected != 0; }

static void wait_for(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigsuspend(&set);
  if (seen.si_signo != number) _exit(100 + number);
}

static void queue(void) {
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = -77});
  wait_for(SIGUSR1);
  check(seen.si_code == SI_QUEUE && seen.si_pid == getpid() && seen.si_value.sival_int == -77);
}

static void let_timer_expire(void) {
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value.sival_int = 1234567};
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &(struct itimerspec){.it_value.tv_nsec = 1000000}, NULL);
  wait_for(SIGUSR2);
  check(seen.si_code == SI_TIMER && seen.si_value.sival_int == 1234567);
  timer_delete(timer);
}

static void let_child_end(void) {
  child = fork();
  if (child == 0) _exit(23);
  wait_for(SIGCHLD);
  check(seen.si_pid == child && seen.si_status == 23 && seen.si_code == CLD_EXITED);
  waitpid(child, NULL, 0);
}

static void make_file_ready(void) {
  int ends[2];
  if (pipe(ends) != 0) return;
  fcntl(ends[0], F_SETFL, O_ASYNC);
  fcntl(ends[0], F_SETSIG, SIGIO);
  fcntl(ends[0], F_SETOWN, getpid());
  if (write(ends[1], "x", 1) != 1) return;
  wait_for(SIGIO);
  check(seen.si_fd == ends[0] && (seen.si_band & 1) != 0);
}

static void fault(void) {
  if (sigsetjmp(before_fault, 1) == 0) *(volatile int*)0xdead000 = 1;
  check(seen.si_signo == SIGSEGV && seen.si_addr == (void*)0xdead000);
}

static void divide(void) {
  volatile int zero = 0;
  if (sigsetjmp(before_fault, 1) == 0) zero = 100 / zero;
  check(seen.si_signo == SIGFPE && seen.si_code == FPE_INTDIV && seen.si_addr != NULL);
}

static void make_forbidden_call(void) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = sizeof steps / sizeof *steps, .filter = steps};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) return;
  syscall(SYS_getppid);
  check(seen.si_signo == SIGSYS && seen.si_syscall == SYS_getppid);
}

int main(void) {
  end_some_day();
  const int kinds[] = {SIGUSR1, SIGUSR2, SIGCHLD, SIGIO, SIGSEGV, SIGFPE, SIGSYS};
  sigset_t blocked;
  sigemptyset(&blocked);
  for (int i = 0; i < 7; ++i) {
    sigaction(kinds[i], &(struct sigaction){.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER}, NULL);
    if (i < 4) sigaddset(&blocked, kinds[i]);
  }
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  queue();
  let_timer_expire();
  let_child_end();
  make_file_ready();
  fault();
  divide();
  make_forbidden_call();
  return good;
}
