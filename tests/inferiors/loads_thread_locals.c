// Three threads; main opens thread_locals_library.so, and all but the third touch its variable before they meet in
// all_set(). Then main closes it and opens reopened_library.so, which gets the same place in the threads' vectors but
// is touched by main alone, before reopened(). Exits with 0. Its argument names the folder of the libraries.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "safety.h"

static pthread_barrier_t loaded, touched, seen, closed;
static int (*add)(int);
volatile int who;

__attribute__((noinline)) void all_set(void) { __asm__ volatile("" ::: "memory"); }
__attribute__((noinline)) void reopened(void) { __asm__ volatile("" ::: "memory"); }

static void* open_library(const char* folder, const char* name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  void* library = dlopen(path, RTLD_NOW);
  if (library == NULL || (add = (int (*)(int))dlsym(library, "add_to_library_number")) == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(2);
  }
  return library;
}

static void* take_part(void* argument) {
  const int number = (int)(long)argument;
  pthread_barrier_wait(&loaded);
  if (number != 2) add(number);
  pthread_barrier_wait(&touched);
  pthread_barrier_wait(&seen);
  pthread_barrier_wait(&closed);
  return NULL;
}

int main(int count, char** arguments) {
  end_some_day();
  if (count < 2) return 1;
  pthread_barrier_t* barriers[] = {&loaded, &touched, &seen, &closed};
  for (int i = 0; i < 4; ++i) pthread_barrier_init(barriers[i], NULL, 3);
  pthread_t threads[2];
  for (long i = 1; i <= 2; ++i) pthread_create(&threads[i - 1], NULL, take_part, (void*)i);
  void* library = open_library(arguments[1], "thread_locals_library.so");
  pthread_barrier_wait(&loaded);
  add(0);
  pthread_barrier_wait(&touched);
  all_set();
  pthread_barrier_wait(&seen);
  dlclose(library);
  open_library(arguments[1], "reopened_library.so");
  add(7);
  reopened();
  pthread_barrier_wait(&closed);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  return 0;
}
