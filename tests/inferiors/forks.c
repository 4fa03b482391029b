// `forks fork|vfork|spawn|exec TIMES`: children pass shared_path() and exit with 9; exits with 0 if all did so.
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "safety.h"

extern char** environ;
volatile long passes, children_ended;

__attribute__((noinline)) void shared_path(const char* who) {
  (void)who;
  passes = passes + 1;
}

__attribute__((noinline)) void child_ended(int status) {
  (void)status;
  children_ended = children_ended + 1;
}

static pid_t forked(void) {
  pid_t child = fork();
  if (child == 0) {
    shared_path("child");
    _exit(9);
  }
  return child;
}

static pid_t vforked(void) {
  pid_t child = vfork();
  if (child == 0) {
    shared_path("child");
    _exit(9);
  }
  return child;
}

static pid_t spawned(const char* self) {
  pid_t child = -1;
  char* arguments[] = {(char*)self, "child", NULL};
  posix_spawn(&child, self, NULL, NULL, arguments, environ);
  return child;
}

static pid_t forked_and_execed(const char* self) {
  pid_t child = fork();
  if (child == 0) {
    shared_path("child");
    execl(self, self, "child", NULL);
    _exit(127);
  }
  return child;
}

static int status_of(pid_t child) {
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return 100;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char** argv) {
  end_some_day();
  const char* how = argc > 1 ? argv[1] : "fork";
  if (strcmp(how, "child") == 0) {
    shared_path("child");
    return 9;
  }
  for (int times = argc > 2 ? atoi(argv[2]) : 1; times > 0; --times) {
    pid_t child = strcmp(how, "fork") == 0    ? forked()
                  : strcmp(how, "vfork") == 0 ? vforked()
                  : strcmp(how, "exec") == 0  ? forked_and_execed(argv[0])
                                              : spawned(argv[0]);
    int status = status_of(child);
    child_ended(status);
    if (status != 9) {
      printf("child ended with %d\n", status);
      return status ? status : 101;
    }
    shared_path("parent");
  }
  printf("all children ended well\n");
  return 0;
}
