#pragma once

#include "floors/bare_server.hpp"
#include "rows/rows.hpp"

namespace bench {

// The floor of a row, in microseconds, by what a server could choose: to sleep until the stop or to look for it again
// and again, and to have client, server and program share one processor, which makes every wake-up cheap.
template <class Prepare, class Operation>
Samples bare_stops(const Bench& bench, Prepare&& prepare, Operation&& operation) {
  const auto measure = [&](Waiting waiting) {
    BareServer server(waiting);
    prepare(server);
    return bench.batches([&] { operation(server); });
  };
  Samples samples{{"asleep", measure(Waiting::asleep)}, {"polling", measure(Waiting::polling)}};
  const OneProcessor one;
  samples["one CPU"] = measure(Waiting::asleep);
  return samples;
}

// The same for what waits for no stop.
template <class Operation>
Samples bare_requests(const Bench& bench, Operation&& operation) {
  const auto measure = [&] {
    BareServer server;
    return bench.batches([&] { operation(server); });
  };
  Samples samples{{"as scheduled", measure()}};
  const OneProcessor one;
  samples["one CPU"] = measure();
  return samples;
}

}  // namespace bench
