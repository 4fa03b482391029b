// The program that tools/run shows under the debugger: a remora counts the fish it meets on its way.
static volatile int met;

static void meet(int fish) {
  met = met + fish;
}

static int swim(int reefs) {
  for (int reef = 1; reef <= reefs; ++reef) {
    meet(reef);
  }
  return met;
}

int main(void) { return swim(3); }
