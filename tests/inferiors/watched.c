// For ever: writes and reads a global of each size 1, 2, 4, 8, and a thread born then writes `late`.
#include <pthread.h>
#include <stdint.h>
#include <time.h>

#include "safety.h"

volatile uint8_t one_byte;
volatile uint16_t two_bytes;
volatile uint32_t four_bytes;
volatile uint64_t eight_bytes;
volatile uint64_t late, read_back, rounds;
volatile uint8_t row[16] __attribute__((aligned(16)));

__attribute__((noinline)) void write_all(void) {
  one_byte = one_byte + 1;
  two_bytes = two_bytes + 1;
  four_bytes = four_bytes + 1;
  eight_bytes = eight_bytes + 1;
  for (int i = 0; i < 16; ++i) row[i] = row[i] + 1;
}

__attribute__((noinline)) void read_all(void) { read_back = one_byte + two_bytes + four_bytes + eight_bytes; }

__attribute__((noinline)) void write_late(void) { late = late + 1; }

static void* born_later(void* unused) {
  write_late();
  return unused;
}

int main(void) {
  end_some_day();
  for (;;) {
    rounds = rounds + 1;
    write_all();
    read_all();
    pthread_t thread;
    pthread_create(&thread, NULL, born_later, NULL);
    pthread_join(thread, NULL);
  }
}
