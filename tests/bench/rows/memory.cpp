#include "memory_access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "inferiors/block_pattern.h"
#include "rows/bare.hpp"
#include "rows/in_loop.hpp"

namespace bench {

namespace {

std::string expected_block(std::size_t size) {
  std::string bytes(size, '\0');
  fill_block(reinterpret_cast<unsigned char*>(bytes.data()), size);
  return bytes;
}

Samples read_eight(const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  const auto request = fmt::format("m{:x},8", bench.programs.counting.at("block"));
  if (session.ask(request) != to_hex(expected_block(8))) throw std::runtime_error("m brought other bytes");
  return one_way(bench.batches([&] { session.ask(request); }));
}

Samples bare_read_eight(const Bench& bench) {
  return bare_requests(bench, [](BareServer& server) { server.ask(BareRequest::read_memory, 8); });
}

Samples read(std::size_t size, const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  const auto address = bench.programs.counting.at("block");
  const auto expected = expected_block(size);
  Samples samples;
  for (const auto& [packet, read_all] : readers(session)) {
    if (read_all(session, address, size) != expected) throw std::runtime_error(packet + " brought other bytes");
    samples[packet] = bench.batches([&, &way = read_all] { way(session, address, size); });
  }
  return megabytes_per_second(size, std::move(samples));
}

Samples bare_read(std::size_t size, const Bench& bench) {
  const auto count = static_cast<std::uint32_t>(size);
  return megabytes_per_second(size, bare_requests(bench, [&](BareServer& server) {
    server.ask(BareRequest::read_memory, count);
  }));
}

Samples write(std::size_t size, const Bench& bench, const Server& server) {
  auto session = stopped_in_loop(bench, server);
  const auto address = bench.programs.counting.at("scratch");
  auto bytes = expected_block(size);
  Samples samples;
  for (const auto& [packet, write_all] : writers(session, address)) {
    std::reverse(bytes.begin(), bytes.end());  // so that the second way has something to change
    write_all(session, address, bytes);
    if (readers(session).at("m")(session, address, size) != bytes)
      throw std::runtime_error(packet + " left other bytes in memory");
    samples[packet] = bench.batches([&, &way = write_all] { way(session, address, bytes); });
  }
  return megabytes_per_second(size, std::move(samples));
}

Samples bare_write(std::size_t size, const Bench& bench) {
  const auto count = static_cast<std::uint32_t>(size);
  return megabytes_per_second(size, bare_requests(bench, [&](BareServer& server) {
    server.ask(BareRequest::write_memory, count);
  }));
}

struct BlockSize {
  std::size_t bytes;
  const char* words;
};
constexpr BlockSize block_sizes[] = {{256, "256 B"}, {4 << 10, "4 KiB"}, {64 << 10, "64 KiB"}, {1 << 20, "1 MiB"}};

}  // namespace

std::vector<Row> memory_rows() {
  std::vector<Row> rows{{"m, 8 bytes", "us", false, read_eight, bare_read_eight, "process_vm_readv over TCP"}};
  for (const auto& [bytes, words] : block_sizes)
    rows.push_back({fmt::format("memory read, {}", words), "MB/s", true,
                    [size = bytes](const auto& bench, const auto& server) { return read(size, bench, server); },
                    [size = bytes](const auto& bench) { return bare_read(size, bench); },
                    "process_vm_readv and the bytes as they are over TCP"});
  for (const auto& [bytes, words] : block_sizes)
    rows.push_back({fmt::format("memory write, {}", words), "MB/s", true,
                    [size = bytes](const auto& bench, const auto& server) { return write(size, bench, server); },
                    [size = bytes](const auto& bench) { return bare_write(size, bench); },
                    "the bytes as they are over TCP and process_vm_writev"});
  return rows;
}

}  // namespace bench
