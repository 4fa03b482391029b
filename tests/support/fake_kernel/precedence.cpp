// Stands for target/linux/precedence.cpp: the simulated threads take no processor from anybody.

#include "target/linux/precedence.hpp"

namespace target::linux {

Precedence::Precedence() : former_policy_(0), possible_(false) {}

void Precedence::hold(bool) {}

}  // namespace target::linux
