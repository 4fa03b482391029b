/* The bytes both sides expect in a block of memory: no runs for a server to compress, every value equally likely. */
#ifndef BENCH_BLOCK_PATTERN_H
#define BENCH_BLOCK_PATTERN_H

#include <stddef.h>
#include <stdint.h>

enum { BLOCK_SIZE = 1 << 20 };

static inline void fill_block(unsigned char *bytes, size_t count) {
  uint64_t state = 88172645463325252u;
  for (size_t i = 0; i < count; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    bytes[i] = (unsigned char)(state >> 32);
  }
}

#endif
