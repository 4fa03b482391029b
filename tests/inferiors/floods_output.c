// Writes a mebibyte of packet-like bytes to its standard output, calls flooded(), and exits with 0.
#include <string.h>

#include "safety.h"

__attribute__((noinline)) void flooded(void) { __asm__ volatile("" ::: "memory"); }

int main(void) {
  end_some_day();
  static const char line[] = "$T05thread:1;#b9+-$OK#9a\x03}*\n";
  for (size_t written = 0; written < 1 << 20; written += sizeof line - 1)
    if (write(STDOUT_FILENO, line, sizeof line - 1) < 0) return 1;
  flooded();
  return 0;
}
