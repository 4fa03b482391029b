#pragma once

#include "target/types/ids.hpp"
#include "target/types/result.hpp"

namespace target {

/// Why a process cannot be attached to, from what the kernel tells of it without being asked to trace it. What only the
/// attempt can show is left to that.
Result<void> check_attachable(Pid pid);

/// The same, and whether the kernel would let us have its memory, for which it asks what it asks for tracing.
Result<void> check_access(Pid pid);

/// What the kernel's refusal may be due to.
Error explain_refusal(Pid pid, const Error& error);

}  // namespace target
