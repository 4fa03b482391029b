#pragma once

#include <cstdint>
#include <string>

#include "floors/tracee.hpp"
#include "processes.hpp"

namespace bench {

enum class BareRequest : std::uint32_t {
  ping,
  send_bytes,  // from its own memory
  read_memory,
  write_memory,
  read_file,
  step,
  read_registers,
  insert_breakpoint,
  remove_breakpoint,
  watch_counter,
  run_to_stop,       // with the threads that were attached, if any
  attach_threads,    // all of the process whose id is in the request's offset; they stop
  resume_threads,
  stop_threads,
};

// A debug server without a protocol: loopback TCP like the servers that are measured, sixteen bytes a request, and the
// system calls that cannot be saved. What it needs is what a server on this machine cannot do without.
class BareServer {
 public:
  explicit BareServer(Waiting waiting = Waiting::asleep, const std::string& file_to_read = {});

  // Until the answer has arrived: `size` bytes for the requests that read, one byte for the others.
  void ask(BareRequest request, std::uint32_t size = 0, std::uint64_t offset = 0);

 private:
  ChildProcess process_;
  FileDescriptor socket_;
  std::string buffer_;
};

}  // namespace bench
