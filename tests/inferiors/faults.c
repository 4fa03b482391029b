// Reads address 0xdead000 and recovers in its SIGSEGV handler (`faults fatal` has none). Exits with 4.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "safety.h"

static sigjmp_buf before_fault;
volatile uintptr_t fault_address;
volatile int result;

static void on_fault(int number, siginfo_t* info, void* context) {
  (void)number, (void)context;
  fault_address = (uintptr_t)info->si_addr;
  siglongjmp(before_fault, 1);
}

__attribute__((noinline)) int read_through(volatile int* pointer) { return *pointer; }

int main(int argc, char** argv) {
  end_some_day();
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  if (argc < 2 || strcmp(argv[1], "fatal") != 0) sigaction(SIGSEGV, &action, NULL);
  if (sigsetjmp(before_fault, 1) == 0) result = read_through((int*)0xdead000);
  return fault_address == 0xdead000 ? 4 : 1;
}
