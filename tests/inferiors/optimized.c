// Compiled with -O2 and inlining: a loop whose function hash() is called through a pointer, for ever.
#include <stdint.h>

#include "safety.h"

volatile uint64_t hashes, last_hash;

static inline uint64_t mix(uint64_t value) { return (value ^ (value >> 31)) * 0x9e3779b97f4a7c15u; }

__attribute__((noinline)) uint64_t hash(uint64_t seed, uint64_t rounds) {
  uint64_t value = seed;
  for (uint64_t i = 0; i < rounds; ++i) value = mix(value + i);
  return value;
}

uint64_t (*volatile chosen)(uint64_t, uint64_t) = hash;

int main(void) {
  end_some_day();
  for (;;) {
    last_hash = chosen(hashes, 100);
    hashes = hashes + 1;
  }
}
