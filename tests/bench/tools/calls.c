/* So many calls of one kind, and ten of another. */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const long calls = argc > 1 ? atol(argv[1]) : 0;
  for (long i = 0; i < calls; ++i) syscall(SYS_getppid);
  for (int i = 0; i < 10; ++i) umask(022);
  return 0;
}
