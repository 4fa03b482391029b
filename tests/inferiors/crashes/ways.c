// `ways WAY`: each way to crash is a function of its own.
#define _GNU_SOURCE
#include <alloca.h>
#include <assert.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CALLED __attribute__((noinline, noclone))

volatile int zero;
volatile int *volatile nowhere;

CALLED void segv(void) { *nowhere = 1; }
CALLED void bus(void) {
  FILE *empty = tmpfile();
  volatile char *page = mmap(0, 4096, PROT_READ, MAP_SHARED, fileno(empty), 0);
  zero = page[0];
}
CALLED void fpe(void) { zero = 4711 / zero; }
CALLED void ill(void) { __asm__ volatile("ud2"); }
CALLED void abrt(void) { abort(); }
CALLED void asserts(void) { assert(nowhere != 0); }

CALLED void sys(void) {
  struct sock_filter forbids[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {4, forbids};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
  zero = getppid();
}

CALLED int overflow(int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return overflow(depth + 1) + room[0];
}
CALLED void overflows(void) { zero = overflow(0); }

static void on_signal(int number) {
  (void)number;
  segv();
}
CALLED void in_handler(void) {
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
}
CALLED void on_own_stack(void) {
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
  sigaction(SIGFPE, &action, 0);
  zero = 4711 / zero;
}

CALLED void call_null(void) {
  ((void (*)(void))nowhere)();
  zero = 1;
}
CALLED void call_wild(void) {
  ((void (*)(void))0x414141414141)();
  zero = 1;
}
CALLED void call_data(void) {
  static char data[16] = {1};
  ((void (*)(void))data)();
  zero = 1;
}
CALLED void call_heap(void) {
  ((void (*)(void))malloc(64))();
  zero = 1;
}
CALLED void corrupted(void) {
  volatile long room[2];
  static int i;
  for (i = 0; i < 64; ++i) room[i] = 0x4141414141414141;
}
CALLED void smashes(void) {
  char room[8];
  memset(room, zero + 'A', 64 + zero);
  zero = room[1];
}

CALLED void in_string(void) { zero = (int)strlen((const char *)nowhere); }
CALLED void in_copy(void) { memcpy((void *)nowhere, "whatever it may be", 18 + zero); }
static int compares(const void *left, const void *right) {
  (void)left, (void)right;
  segv();
  return 0;
}
CALLED void in_callback(void) {
  int numbers[] = {3, 1, 2};
  qsort(numbers, 3, sizeof *numbers, compares);
}
CALLED void frees_twice(void) {
  void *block = malloc(100);
  free(block);
  free(block);
}
CALLED void in_vdso(void) { clock_gettime(CLOCK_MONOTONIC, (struct timespec *)8); }
CALLED void after_alloca(void) {
  volatile char *room = alloca(100 + zero);
  room[0] = 1;
  segv();
}
static inline __attribute__((always_inline)) int innermost(int *at) { return at[zero]; }
static inline __attribute__((always_inline)) int middle(int *at) { return innermost(at + zero) + 1; }
CALLED void inlined(void) { zero = middle((int *)nowhere); }
__attribute__((noinline, noreturn)) static void never_returns(void) {
  segv();
  for (;;) pause();
}
// The return address is behind its end.
CALLED void calls_last(void) { never_returns(); }

static pthread_barrier_t started;
CALLED static void *sleeps(void *unused) {
  pthread_barrier_wait(&started);
  for (;;) pause();
  return unused;
}
CALLED static void *spins(void *unused) {
  pthread_barrier_wait(&started);
  for (;;) usleep(1000000);
  return unused;
}
CALLED void among_threads(void) {
  pthread_barrier_init(&started, 0, 100);
  pthread_t thread;
  for (int i = 0; i < 99; ++i) pthread_create(&thread, 0, i % 2 ? sleeps : spins, 0);
  pthread_barrier_wait(&started);
  segv();
}
static void *crashes(void *unused) {
  segv();
  return unused;
}
CALLED void in_thread(void) {
  pthread_t thread;
  pthread_create(&thread, 0, crashes, 0);
  pthread_join(thread, 0);
}
static void recover(int number) {
  (void)number;
  _exit(9);
}
CALLED void handled(void) {
  signal(SIGSEGV, recover);
  segv();
}

#define WAY(name) {#name, name}
static const struct {
  const char *name;
  void (*way)(void);
} ways[] = {WAY(segv), WAY(bus), WAY(fpe), WAY(ill), WAY(abrt), WAY(asserts), WAY(sys), WAY(overflows), WAY(in_handler),
            WAY(on_own_stack), WAY(call_null), WAY(call_wild), WAY(call_data), WAY(call_heap), WAY(corrupted), WAY(smashes),
            WAY(in_string), WAY(in_copy), WAY(in_callback), WAY(frees_twice), WAY(in_vdso), WAY(after_alloca), WAY(inlined),
            WAY(calls_last), WAY(among_threads), WAY(in_thread), WAY(handled)};

int main(int argc, char **argv) {
  for (unsigned i = 0; argc > 1 && i < sizeof ways / sizeof *ways; ++i)
    if (!strcmp(argv[1], ways[i].name)) ways[i].way();
  puts("lives on");
  return 3;
}
