// 64 threads (or as many as told) sit in every kind of blocking system call; counts signals, and calls that came back.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>

#include "safety.h"

enum { long_seconds = 100000 };
static const struct timespec long_time = {.tv_sec = long_seconds};
static const struct timeval long_timeval = {.tv_sec = long_seconds};

static long in_nanosleep(void) { return nanosleep(&long_time, NULL); }
static long in_poll(void) { return poll(NULL, 0, -1); }
static long in_timed_poll(void) { return poll(NULL, 0, 1000 * long_seconds); }
static long in_ppoll(void) { return ppoll(NULL, 0, &long_time, NULL); }
static long in_pause(void) { return pause(); }

static long in_absolute_nanosleep(void) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += long_seconds;
  errno = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  return errno ? -1 : 0;
}

static long in_select(void) {
  struct timeval time = long_timeval;
  return select(0, NULL, NULL, NULL, &time);
}

static long wait_in_epoll(int milliseconds, const sigset_t* mask) {
  int set = epoll_create1(0);
  struct epoll_event event;
  long result = epoll_pwait(set, &event, 1, milliseconds, mask);
  int error = errno;
  close(set);
  errno = error;
  return result;
}

static long in_epoll_wait(void) { return wait_in_epoll(-1, NULL); }
static long in_timed_epoll_wait(void) { return wait_in_epoll(1000 * long_seconds, NULL); }
static long in_epoll_pwait(void) {
  sigset_t all;
  sigfillset(&all);
  return wait_in_epoll(-1, &all);
}

static long wait_on_futex(const struct timespec* time) {
  int word = 0;
  return syscall(SYS_futex, &word, FUTEX_WAIT, 0, time, NULL, 0);
}

static long in_futex(void) { return wait_on_futex(NULL); }
static long in_timed_futex(void) { return wait_on_futex(&long_time); }

static long in_pipe(void) {
  static int ends[2];
  char byte;
  if (pipe(ends) != 0) return 0;
  return read(ends[0], &byte, 1);
}

static long read_from(int descriptor) {
  char data[512];
  return read(descriptor, data, descriptor < 0 ? 0 : sizeof data);
}

static long in_eventfd(void) { return read_from(eventfd(0, 0)); }
static long in_timerfd(void) { return read_from(timerfd_create(CLOCK_MONOTONIC, 0)); }
static long in_inotify(void) { return read_from(inotify_init1(0)); }

static int limited(int socket, int option) {
  if (option) setsockopt(socket, SOL_SOCKET, option, &long_timeval, sizeof long_timeval);
  return socket;
}

static int one_of_a_pair(int option) {
  int ends[2];
  return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 ? limited(ends[0], option) : -1;
}

static int listener(int option) {
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  bind(listening, (struct sockaddr*)&loopback, sizeof loopback);
  listen(listening, 1);
  return limited(listening, option);
}

static long receive(int option) {
  char byte;
  return recv(one_of_a_pair(option), &byte, 1, 0);
}

static long in_recv(void) { return receive(0); }
static long in_timed_recv(void) { return receive(SO_RCVTIMEO); }
static long in_timed_socket_read(void) { return read_from(one_of_a_pair(SO_RCVTIMEO)); }
static long in_accept(void) { return accept(listener(0), NULL, NULL); }
static long in_timed_accept(void) { return accept(listener(SO_RCVTIMEO), NULL, NULL); }

static long in_timed_recvmsg(void) {
  char byte;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  return recvmsg(one_of_a_pair(SO_RCVTIMEO), &message, 0);
}

static long in_timed_send(void) {
  static const char data[1 << 16];
  int full = one_of_a_pair(SO_SNDTIMEO);
  while (send(full, data, sizeof data, MSG_DONTWAIT) > 0) continue;
  return send(full, data, sizeof data, 0);
}

// Semaphores outlive whoever made them unless they have a namespace of their own, which takes CAP_SYS_ADMIN.
static int has_own_ipc;
static long wait_for_semaphore(const struct timespec* time) {
  struct sembuf lower = {.sem_op = -1};
  return has_own_ipc ? semtimedop(semget(IPC_PRIVATE, 1, 0600), &lower, 1, time) : in_pause();
}

static long in_semop(void) { return wait_for_semaphore(NULL); }
static long in_semtimedop(void) { return wait_for_semaphore(&long_time); }

static long wait_for_signal(const struct timespec* time) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &wanted, NULL);
  siginfo_t info;
  return sigtimedwait(&wanted, &info, time);
}

static long in_sigwaitinfo(void) { return wait_for_signal(NULL); }
static long in_sigtimedwait(void) { return wait_for_signal(&long_time); }

// Where there is no io_uring (kernel.io_uring_disabled, seccomp), the thread sleeps otherwise.
static long in_io_uring(void) {
  struct io_uring_params parameters = {0};
  int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  if (ring < 0) return in_pause();
  return syscall(SYS_io_uring_enter, ring, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static long in_flock(void) {
  char name[] = "/tmp/remora-blocks-XXXXXX";
  int held = mkstemp(name), waits = open(name, O_RDWR);
  unlink(name);
  flock(held, LOCK_EX);
  return flock(waits, LOCK_EX);
}

static const struct {
  const char* name;
  long (*call)(void);
} kinds[] = {
    {"nanosleep", in_nanosleep},       {"clock_nanosleep", in_absolute_nanosleep},
    {"poll", in_poll},                 {"poll, timed", in_timed_poll},
    {"ppoll", in_ppoll},               {"select", in_select},
    {"pause", in_pause},               {"epoll_wait", in_epoll_wait},
    {"epoll_wait, timed", in_timed_epoll_wait}, {"epoll_pwait", in_epoll_pwait},
    {"futex", in_futex},               {"futex, timed", in_timed_futex},
    {"read of a pipe", in_pipe},       {"read of an eventfd", in_eventfd},
    {"read of a timerfd", in_timerfd}, {"read of an inotify", in_inotify},
    {"recv", in_recv},                 {"recv, SO_RCVTIMEO", in_timed_recv},
    {"read, SO_RCVTIMEO", in_timed_socket_read}, {"recvmsg, SO_RCVTIMEO", in_timed_recvmsg},
    {"send, SO_SNDTIMEO", in_timed_send}, {"accept", in_accept},
    {"accept, SO_RCVTIMEO", in_timed_accept}, {"semop", in_semop},
    {"semtimedop", in_semtimedop},     {"sigwaitinfo", in_sigwaitinfo},
    {"sigtimedwait", in_sigtimedwait}, {"io_uring_enter", in_io_uring},
    {"flock", in_flock},
};
enum { kinds_known = sizeof kinds / sizeof kinds[0] };

atomic_long signals_seen, beats;
atomic_int first_signal, asleep;
// What came back at all, and the kind of the last one that did: none ever should.
atomic_long calls_returned, interruptions_seen;
char last_returned[64];

static void on_any_signal(int number) {
  if (signals_seen++ == 0) first_signal = number;
}

static void count_all_signals(void) {
  struct sigaction action = {.sa_handler = on_any_signal};
  for (int number = 1; number < NSIG; ++number)
    if (number != SIGALRM && number != SIGTERM) sigaction(number, &action, NULL);
}

static void* block(void* argument) {
  long kind = (long)argument;
  asleep++;
  for (;;) {
    if (kinds[kind].call() < 0 && errno == EINTR) interruptions_seen++;
    calls_returned++;
    strncpy(last_returned, kinds[kind].name, sizeof last_returned - 1);
    usleep(1000);  // a call that cannot block here must not make the program spin
  }
  return NULL;
}

int main(int argc, char** argv) {
  end_some_day();
  count_all_signals();
  has_own_ipc = unshare(CLONE_NEWIPC) == 0;
  long threads = argc > 1 ? atol(argv[1]) : 64;
  for (long i = 0; i + 1 < threads; ++i) {
    pthread_t started;
    pthread_create(&started, NULL, block, (void*)(i % kinds_known));
  }
  for (;;) {
    usleep(500);
    beats++;
  }
}
