// A library with a thread-local variable; add_to_library_number() is the only code that touches it.
__thread int library_number = 2000;

int add_to_library_number(int what) { return library_number += what; }
