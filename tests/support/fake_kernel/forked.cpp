// Stands for target/linux/forked.cpp: nothing can be forked.

#include "target/linux/forked.hpp"

namespace target::linux {

Result<Forked> Forked::make(Tid, ChildEvents&, Address) { return failure(ENOMEM, "it cannot be forked"); }
void Forked::settle() {}
void Forked::end() {}
RemoteCall Forked::forgetting() const { return {}; }

Result<std::chrono::microseconds> call_in_passing(Pid, ChildEvents&, const RemoteCall&) { return failure(ESRCH, "nobody there"); }

}  // namespace target::linux
