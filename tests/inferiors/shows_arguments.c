// Prints its arguments, the working directory and $REMORA_TEST, one a line; exits with the number of arguments.
#include <stdio.h>
#include <stdlib.h>

#include "safety.h"

int main(int argc, char** argv) {
  end_some_day();
  char directory[4096];
  for (int i = 1; i < argc; ++i) printf("argument [%s]\n", argv[i]);
  printf("directory [%s]\n", getcwd(directory, sizeof directory));
  printf("variable [%s]\n", getenv("REMORA_TEST") ? getenv("REMORA_TEST") : "unset");
  return argc - 1;
}
