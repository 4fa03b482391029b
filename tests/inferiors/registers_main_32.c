// Drives registers_32.S: fills the tables, loads each group of registers the processor has, and exits with 0.
#include <stdint.h>
#include <string.h>

#include "safety.h"

uint8_t vector_values[8][64], vector_seen[8][64];
uint64_t mask_values[8], mask_seen[8];
extern uint32_t general_seen[7];
extern double x87_values[2], x87_seen[2];

void load_general(void), load_x87(void), load_sse(void), load_avx(void), load_avx512(void);

__attribute__((noinline)) void group_done(const char* group, int same) {
  (void)group, (void)same;
  __asm__ volatile("" ::: "memory");
}

static void fill_tables(void) {
  for (int n = 0; n < 8; ++n)
    for (int i = 0; i < 64; ++i) vector_values[n][i] = (uint8_t)(n * 7 + i);
  for (int n = 0; n < 8; ++n) mask_values[n] = 0x0102030405060700u + n;
}

static int vectors_same(int bytes) {
  int same = 1;
  for (int n = 0; n < 8; ++n) same &= memcmp(vector_values[n], vector_seen[n], bytes) == 0;
  return same;
}

int main(void) {
  end_some_day();
  fill_tables();
  load_general();
  group_done("general", general_seen[0] == 0x11111101u && general_seen[6] == 0x11111107u);
  load_x87();
  group_done("x87", x87_seen[0] == x87_values[0] && x87_seen[1] == x87_values[1]);
  load_sse();
  group_done("sse", vectors_same(16));
  if (__builtin_cpu_supports("avx")) {
    load_avx();
    group_done("avx", vectors_same(32));
  }
  if (__builtin_cpu_supports("avx512bw")) {
    load_avx512();
    group_done("avx512", vectors_same(64) && memcmp(mask_values, mask_seen, sizeof mask_seen) == 0);
  }
  return 0;
}
