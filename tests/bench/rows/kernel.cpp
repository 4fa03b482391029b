#include "rows/bare.hpp"

namespace bench {

namespace {

// Tracer and tracee wherever the scheduler puts them, and on one processor, where the wake-up crosses nothing.
template <class Prepare, class Operation>
Samples by_placement(const Bench& bench, Prepare&& prepare, Operation&& operation) {
  const auto measure = [&](Waiting waiting) {
    Tracee tracee;
    prepare(tracee);
    return bench.batches([&] { operation(tracee, waiting); });
  };
  Samples samples{{"asleep", measure(Waiting::asleep)}, {"polling", measure(Waiting::polling)}};
  const OneProcessor one;
  samples["one CPU"] = measure(Waiting::asleep);
  return samples;
}

Samples single_step(const Bench& bench) {
  return by_placement(bench, [](Tracee&) {}, [](Tracee& tracee, Waiting waiting) { tracee.step(waiting); });
}

Samples breakpoint_cycle(const Bench& bench) {
  const auto prepare = [](Tracee& tracee) {
    tracee.insert_breakpoint();
    tracee.run_to_stop(Waiting::asleep);
  };
  return by_placement(bench, prepare, [](Tracee& tracee, Waiting waiting) {
    tracee.remove_breakpoint();
    tracee.step(waiting);
    tracee.insert_breakpoint();
    tracee.run_to_stop(waiting);
  });
}

Samples read_eight(const Bench& bench) {
  const Tracee tracee;
  char bytes[8];
  return one_way(bench.batches([&] { tracee.read(0, bytes, sizeof bytes); }));
}

Samples round_trip(const Bench& bench) {
  return bare_requests(bench, [](BareServer& server) { server.ask(BareRequest::ping); });
}

Samples loopback_throughput(const Bench& bench) {
  constexpr std::uint32_t size = 1 << 20;
  return megabytes_per_second(size, bare_requests(bench, [](BareServer& server) {
    server.ask(BareRequest::send_bytes, size);
  }));
}

}  // namespace

std::vector<Row> kernel_rows() {
  return {
      {"kernel: PTRACE_SINGLESTEP, waitpid", "us", false, nullptr, single_step, ""},
      {"kernel: breakpoint hit and step over it", "us", false, nullptr, breakpoint_cycle, ""},
      {"kernel: process_vm_readv, 8 bytes", "us", false, nullptr, read_eight, ""},
      {"kernel: loopback TCP, 16 bytes there, 1 back", "us", false, nullptr, round_trip, ""},
      {"kernel: loopback TCP, 1 MiB one way", "MB/s", true, nullptr, loopback_throughput, ""},
  };
}

}  // namespace bench
