#include <algorithm>
#include <array>
#include <vector>

#include "protocol/requests/memory.hpp"
#include "server/handlers/families.hpp"
#include "target/memory_scan.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

/// At most what fits into a packet; a client that wanted more asks again.
target::Result<std::vector<std::byte>> fetch(target::Process& process, const ReadMemory& request,
                                             std::size_t most) {
  std::vector<std::byte> bytes(std::min(request.length, most));
  const auto got = process.space().read(request.address, bytes);
  if (!got) return tl::unexpected(got.error());
  bytes.resize(*got);
  return bytes;
}

Reply read_hex(Client&, target::Process& process, const ReadMemory& request) {
  const auto bytes = fetch(process, request, packet_size / 2);
  if (!bytes) return failed(bytes.error());
  reply::Payload payload;
  append_hex(payload.text, *bytes);
  return payload;
}

bool reads_as_status(std::string_view data) {
  return data == "OK" || (data.size() == 3 && data[0] == 'E' && hex_value(data[1]) >= 0 && hex_value(data[2]) >= 0);
}

Reply read_binary(Client& client, target::Process& process, const ReadMemory& request) {
  if (request.length == 0) {
    client.features.bare_binary_reads = true;
    return reply::Ok{};
  }
  const auto bytes = fetch(process, request, packet_size);
  if (!bytes) return failed(bytes.error());
  std::string_view data(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  reply::Payload payload;
  if (!client.features.bare_binary_reads)
    payload.text = "b";
  else if (reads_as_status(data))
    data.remove_suffix(1);  // a shorter answer is always allowed, and cannot be mistaken
  append_escaped(payload.text, data, packet_size - 1);
  return payload;
}

template <class Request>
Reply write(Client&, target::Process& process, const Request& request) {
  return reply_to(process.space().write(request.address, as_bytes(request.bytes)));
}

Reply search(Client&, target::Process& process, const SearchMemory& request) {
  const auto found = target::find_bytes(process.space(), request.address, request.length, request.pattern);
  if (!found) return failed(found.error());
  return reply::Payload{*found ? "1," + hex_number((*found)->value) : "0"};
}

Reply checksum(Client&, target::Process& process, const ReadMemory& request) {
  const auto sum = target::checksum_of(process.space(), request.address, request.length);
  if (!sum) return failed(sum.error());
  return reply::Payload{"C" + hex_number(*sum)};
}

constexpr std::array routes{
    Route{"m", on_process<ReadMemory, read_hex>},
    Route{"x", on_process<ReadMemory, read_binary>, "binary-upload+"},
    Route{"M", on_process<WriteMemory, write<WriteMemory>>},
    Route{"X", on_process<WriteBinaryMemory, write<WriteBinaryMemory>>},
    Route{"qSearch:memory:", on_process<SearchMemory, search>},
    Route{"qCRC:", on_process<ReadMemory, checksum>},
};

}  // namespace

std::span<const Route> memory() { return routes; }

}  // namespace server::handlers
