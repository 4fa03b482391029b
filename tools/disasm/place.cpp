#include "tools/disasm/place.hpp"

#include <fmt/format.h>

#include <charconv>

#include "target/process_info.hpp"
#include "tools/common/places.hpp"

namespace tools::disasm {

using namespace target;
using symbols::Symbols;

Result<Source> Source::open(const Options& options) {
  Source source;
  if (!options.file.empty()) {
    auto symbols = Symbols::of_file(options.file);
    if (!symbols) return tl::unexpected(symbols.error());
    source.symbols_ = std::move(*symbols);
    return source;
  }
  Pid pid{options.subject.pid};
  if (!options.subject.command.empty()) {
    auto debuggee = Debuggee::open(options.subject);
    if (!debuggee) return tl::unexpected(debuggee.error());
    source.debuggee_ = std::move(*debuggee);
    if (auto ran = run_to_entry(*source.debuggee_); !ran) return tl::unexpected(ran.error());
    pid = source.debuggee_->program()->pid();
  } else if (const auto mapped = mappings_of(pid); !mapped) {
    if (mapped.error().code == ENOENT) return failure(ESRCH, fmt::format("there is no process {}", pid.value));
    return failure(mapped.error().code, fmt::format("cannot read process {}: {}", pid.value, mapped.error().message));
  } else {
    source.memory_ = std::make_unique<AddressSpace>(leader_of(pid));
  }
  source.symbols_ = std::make_unique<Symbols>(pid);
  return source;
}

Result<std::size_t> Source::read(Address from, std::span<std::byte> into) {
  if (debuggee_) return debuggee_->program()->space().read(from, into);
  if (memory_) return memory_->read(from, into);
  const auto got = symbols_->read_file(from, into);
  if (got == 0) return failure(EFAULT, fmt::format("the file has nothing at {:#x}", from.value));
  return got;
}

namespace {

constexpr std::size_t usual_count = 16;

// A comma may also be within a C++ name; only one with a number behind it is ours.
std::pair<std::string, std::size_t> split(const std::string& text) {
  const auto comma = text.rfind(',');
  std::size_t count = 0;
  if (comma == std::string::npos || comma + 1 == text.size()) return {text, 0};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + comma + 1, end, count);
  if (error != std::errc{} || stop != end || count == 0) return {text, 0};
  return {text.substr(0, comma), count};
}

Result<Stretch> stretch_at(Symbols& symbols, const symbols::Location& location, Address at, const Options& options, std::size_t count) {
  if (count > 0) return Stretch{at, {}, count};
  const bool is_symbol = !location.has_offset && !location.address && location.line == 0;
  if (options.function || is_symbol) {
    if (const auto range = symbols.symbol_range(at); range && at < range->end)
      return Stretch{range->begin, range->end};
    if (options.function)
      return failure(ENOENT, fmt::format("{} is in no function that is known; say with --count how many instructions are wanted", symbols.text(at)));
  }
  if (location.line != 0) return Stretch{at, {}, ~std::size_t{0}, location.line};
  return Stretch{at, {}, usual_count};
}

}  // namespace

Result<std::vector<Stretch>> find_stretches(Symbols& symbols, const Options& options) {
  auto [text, count] = split(options.location);
  if (options.function && count > 0) return failure(EINVAL, "a count and --function exclude each other");
  if (options.count > 0) count = options.count;
  const auto location = symbols::Location::parse(text);
  if (!location) return tl::unexpected(location.error());
  const auto places = symbols.find_all(*location);
  if (!places) return tl::unexpected(places.error());
  std::vector<Stretch> stretches;
  for (const Address at : *places) {
    auto stretch = stretch_at(symbols, *location, at, options, count);
    if (!stretch) return tl::unexpected(stretch.error());
    const bool known = !stretches.empty() && stretches.back().begin == stretch->begin;
    if (!known) stretches.push_back(*stretch);
  }
  return stretches;
}

}  // namespace tools::disasm
