// Included by every program here: a test that goes wrong leaves nothing running for more than two minutes.
#pragma once
#include <unistd.h>

static inline void end_some_day(void) { alarm(120); }
