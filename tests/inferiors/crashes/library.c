// A library whose debug information is in a file of its own.
__attribute__((noinline)) int take(volatile int *from) { return *from; }
int library_crashes(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += take((int *)(long)i);
  return sum;
}
