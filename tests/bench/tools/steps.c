/* What single-stepping costs without anything else: a bare ptrace loop. Prints how many steps it took. */
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  (void)argc;
  const pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(argv[1], argv + 1);
    _exit(127);
  }
  int status = 0;
  unsigned long steps = 0;
  waitpid(child, &status, 0);
  while (WIFSTOPPED(status)) {
    ptrace(PTRACE_SINGLESTEP, child, 0, 0);
    waitpid(child, &status, 0);
    ++steps;
  }
  printf("%lu\n", steps);
  return 0;
}
