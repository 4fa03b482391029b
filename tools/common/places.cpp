#include "tools/common/places.hpp"

#include <cstring>

#include "target/process_info.hpp"

namespace tools {

using namespace target;

namespace {

constexpr std::uint64_t at_entry = 9;  // AT_ENTRY

}  // namespace

Result<Address> entry_of(const Process& process) {
  auto vector = read_auxv(process.pid());
  if (!vector) return tl::unexpected(vector.error());
  const auto word = process.layout().word_bytes;
  for (std::size_t at = 0; at + 2 * word <= vector->size(); at += 2 * word) {
    std::uint64_t type = 0, value = 0;
    std::memcpy(&type, vector->data() + at, word);
    std::memcpy(&value, vector->data() + at + word, word);
    if (type == at_entry) return Address{value};
  }
  return failure(ENOENT, "the kernel does not tell where the program begins");
}

Result<void> run_to_entry(Debuggee& debuggee) {
  Process* process = debuggee.program();
  if (process == nullptr) return failure(ESRCH, "the program has ended");
  const auto entry = entry_of(*process);
  if (!entry) return tl::unexpected(entry.error());
  if (process->leader()->registers().pc().value_or(Address{}) == *entry) return {};
  auto& breakpoints = process->space().breakpoints();
  if (auto planted = breakpoints.insert(*entry); !planted) return planted;
  std::optional<StopEvent> event;
  do {
    event = debuggee.run(Debuggee::everyone({}, event));
  } while (event && !std::holds_alternative<SoftwareBreakpointHit>(event->cause) && debuggee.program() != nullptr);
  if (debuggee.program() == nullptr) return failure(ESRCH, "the program ended before its own code began");
  breakpoints.remove(*entry);
  return {};
}

Result<std::optional<Address>> find_place(symbols::Symbols& symbols, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto location = symbols::Location::parse(text);
  if (!location) return tl::unexpected(location.error());
  auto found = symbols.find(*location);
  if (!found) return tl::unexpected(found.error());
  return *found;
}

}  // namespace tools
