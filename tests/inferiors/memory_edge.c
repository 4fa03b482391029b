// Two mapped pages before a hole (`edge` is its address; the bytes count 0..255), a read-only page, a writable one.
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/mman.h>

#include "safety.h"

unsigned char* edge;
unsigned char* read_only;
volatile unsigned char scratch[4096];
volatile long turns;

__attribute__((noinline)) void ready(void) { turns = turns + 1; }

static unsigned char* pages(int count) {
  return mmap(NULL, count * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

int main(void) {
  end_some_day();
  read_only = pages(1);
  unsigned char* start = pages(3);
  edge = start + 2 * 4096;
  munmap(edge, 4096);
  for (unsigned char* at = start; at < edge; ++at) *at = (unsigned char)(uintptr_t)at;
  for (int i = 0; i < 4096; ++i) read_only[i] = 0x5a;
  mprotect(read_only, 4096, PROT_READ);
  for (;;) ready();
}
