// main calls outer(), middle(), inner(); structures, recursion and a global to look at on the way. Exits with 42.
#include <stdio.h>

#include "safety.h"

struct point {
  int x, y;
  const char* label;
};

struct point here = {3, 4, "origin of it all"};
double ratio = 2.5;
int touched;

__attribute__((noinline)) int add(int left, int right) { return left + right; }

__attribute__((noinline)) int factorial(int n) { return n <= 1 ? 1 : n * factorial(n - 1); }

__attribute__((noinline)) int inner(int value) {
  int doubled = value * 2;
  touched = doubled;
  return doubled + 1;
}

__attribute__((noinline)) int middle(int value) {
  int result = inner(value + 1);
  return result + 1;
}

__attribute__((noinline)) int outer(struct point* at) {
  int sum = add(at->x, at->y);
  int result = middle(sum);
  return result;
}

int main(void) {
  end_some_day();
  int answer = outer(&here);
  answer += factorial(4);
  printf("answer %d\n", answer);
  return answer;
}
