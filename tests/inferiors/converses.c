// `converses lines N` writes N numbered lines of 100 bytes and "last words" without a newline; `converses echo` answers
// every line that it reads, and ends with code 3 after "bye".
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safety.h"

static int echo(void) {
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    printf("heard [%s]\n", line);
    fflush(stdout);
    if (strcmp(line, "bye") == 0) return 3;
  }
  return 4;
}

int main(int argc, char** argv) {
  end_some_day();
  if (argc > 1 && strcmp(argv[1], "echo") == 0) return echo();
  long lines = argc > 2 ? atol(argv[2]) : 1;
  for (long i = 0; i < lines; ++i) printf("%09ld%90s\n", i, ".");
  fputs("last words", stdout);
  return 0;
}
