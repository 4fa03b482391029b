// Starts a child that counts forever, tells its id, and exits.
#include <stdio.h>

#include "safety.h"

volatile long counter;

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    end_some_day();
    for (;;) counter = counter + 1;
  }
  printf("child %d\n", (int)child);
  return child < 0;
}
