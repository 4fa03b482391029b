// `exits code N` ends with exit code N, `exits signal N` is killed by signal N.
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "safety.h"

int main(int argc, char** argv) {
  end_some_day();
  int number = argc > 2 ? atoi(argv[2]) : 0;
  if (argc > 1 && strcmp(argv[1], "signal") == 0) {
    signal(number, SIG_DFL);
    raise(number);
  }
  return number;
}
