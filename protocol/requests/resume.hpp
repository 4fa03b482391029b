#pragma once

#include <optional>
#include <vector>

#include "protocol/field_reader.hpp"
#include "protocol/signal_numbers.hpp"
#include "target/types/address.hpp"
#include "target/types/resume_plan.hpp"
#include "target/types/signal.hpp"

namespace protocol::requests {

/// vCont;action[:thread-id][;action...]
///
///     action = "c" | "C" signal | "s" | "S" signal | "t" | "r" begin "," end
///
/// Without a thread id an action is for all threads that no earlier one named.
struct VCont {
  target::ResumePlan plan;
  static std::optional<VCont> parse(FieldReader in, SignalNumbering numbering);
};

/// c [address]      s [address]
struct Continue {
  std::optional<target::Address> address;
  static std::optional<Continue> parse(FieldReader in);
};

/// C signal[;address]      S signal[;address]
struct ContinueWithSignal {
  target::Signal signal;
  std::optional<target::Address> address;
  static std::optional<ContinueWithSignal> parse(FieldReader in, SignalNumbering numbering);
};

/// QPassSignals: and QProgramSignals: signal[;signal...], empty for none. Numbers that no signal has here
/// are skipped: clients send their whole table.
struct SignalList {
  target::SignalSet signals;
  static std::optional<SignalList> parse(FieldReader in, SignalNumbering numbering);
};

}  // namespace protocol::requests
