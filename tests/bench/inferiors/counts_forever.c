/* Counts without end, one function call and one write a turn, no system call in the loop. */
#include "block_pattern.h"
#include "last_resort.h"

volatile long counter;
unsigned char block[BLOCK_SIZE];
unsigned char scratch[BLOCK_SIZE];

__attribute__((noinline)) void count_once(void) { ++counter; }

int main(void) {
  arm_last_resort();
  fill_block(block, sizeof block);
  for (;;) count_once();
}
