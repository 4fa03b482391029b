#include "tools/common/interruption.hpp"

#include <sys/eventfd.h>
#include <sys/time.h>

#include <csignal>

namespace tools {
namespace {

volatile std::sig_atomic_t caught = 0;
volatile std::sig_atomic_t typed = 0;
int descriptor = -1;
volatile std::sig_atomic_t times = 0;
volatile std::sig_atomic_t tick = 0;

// Whoever is about to sleep in waitpid(2) when the signal comes sleeps through it: so it is said again and again.
void remind_every(int milliseconds) {
  const timeval time{.tv_sec = 0, .tv_usec = milliseconds * 1000};
  const itimerval often{.it_interval = time, .it_value = time};
  setitimer(ITIMER_REAL, &often, nullptr);
}

void note(int signal, siginfo_t* info, void*) {
  if (caught == 0) typed = info->si_code == SI_KERNEL ? 1 : 0;
  caught = signal;
  (void)eventfd_write(descriptor, 1);
  times = times + 1;
  remind_every(50);
}

void wake_up(int, siginfo_t*, void*) { tick = 1; }

void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;  // without SA_RESTART: waits must end
  sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_interruptions() {
  if (descriptor < 0) descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) handle(signal, note);
  handle(SIGALRM, wake_up);
  std::signal(SIGPIPE, SIG_IGN);
}

int interruption() { return caught; }
int interruption_descriptor() { return descriptor; }
bool interruption_was_typed() { return typed != 0; }
int interruptions() { return times; }

void tick_often() { remind_every(200); }

bool ticked() {
  const bool was = tick != 0;
  tick = 0;
  return was;
}

}  // namespace tools
