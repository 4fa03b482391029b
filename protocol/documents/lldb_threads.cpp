#include "protocol/documents/lldb_threads.hpp"

#include <nlohmann/json.hpp>

#include "protocol/hex.hpp"

namespace protocol::documents {
namespace {

using Json = nlohmann::json;

Json stop_info(const StoppedThread& stopped) {
  Json out{{"tid", stopped.thread.tid.value}};
  if (!stopped.cause) return out;
  if (const auto reason = reason_word(*stopped.cause); !reason.empty()) out["reason"] = reason;
  out["signal"] = signal_number(*stopped.cause);
  if (auto text = describe(stopped); !text.empty()) out["description"] = std::move(text);
  return out;
}

// Thread names are any bytes.
std::string print(const Json& document) { return document.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string lldb_threads(std::span<const StoppedThread> threads) {
  auto document = Json::array();
  for (const auto& stopped : threads) {
    auto entry = stop_info(stopped);
    if (!stopped.name.empty()) entry["name"] = stopped.name;
    for (const auto& [number, bytes] : stopped.registers) {
      std::string value;
      append_hex(value, bytes);
      entry["registers"][std::to_string(number)] = std::move(value);
    }
    document.push_back(std::move(entry));
  }
  return print(document);
}

std::string lldb_stop_infos(std::span<const StoppedThread> threads) {
  auto document = Json::array();
  for (const auto& stopped : threads) document.push_back(stop_info(stopped));
  return print(document);
}

}  // namespace protocol::documents
