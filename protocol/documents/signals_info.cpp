#include "protocol/documents/signals_info.hpp"

#include <nlohmann/json.hpp>

#include "protocol/signal_numbers.hpp"

namespace protocol::documents {

std::string signals_info() {
  auto list = nlohmann::json::array();
  for (int number = 1; number <= last_kernel_signal; ++number) {
    const target::Signal signal{number};
    const auto handling = handling_of(signal);
    list.push_back({{"signo", number},
                    {"name", lldb_signal_name(signal)},
                    {"suppress", handling.suppress},
                    {"stop", handling.stop},
                    {"notify", handling.notify},
                    {"description", signal_meaning(signal)}});
  }
  return list.dump();
}

}  // namespace protocol::documents
