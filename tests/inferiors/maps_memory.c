// Maps memory of many kinds, leaves its addresses in globals, and calls ready(). Exits with 0.
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "safety.h"

enum { megabyte = 1 << 20 };
unsigned char *sparse, *secret, *unreachable, *shared;

__attribute__((noinline)) void ready(void) { __asm__ volatile("" ::: "memory"); }

static unsigned char* map(size_t bytes, int protection, int flags, int descriptor) {
  return mmap(NULL, bytes, protection, flags, descriptor, 0);
}

int main(void) {
  end_some_day();
  const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, all = PROT_READ | PROT_WRITE;
  // A gigabyte of which two pages are used.
  sparse = map(1024L * megabyte, all, anonymous, -1);
  sparse[0] = 11;
  sparse[1000L * megabyte] = 22;
  secret = map(megabyte, all, anonymous, -1);
  memset(secret, 33, megabyte);
  madvise(secret, megabyte, MADV_DONTDUMP);
  unreachable = map(megabyte, all, anonymous, -1);
  memset(unreachable, 44, megabyte);
  mprotect(unreachable, megabyte, PROT_NONE);
  shared = map(megabyte, all, MAP_SHARED | MAP_ANONYMOUS, -1);
  memset(shared, 55, megabyte);
  ready();
  return 0;
}
