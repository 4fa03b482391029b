// Crashes in a library.
int library_crashes(int count);
int main(int argc, char **argv) {
  (void)argv;
  return library_crashes(argc) + 1;
}
