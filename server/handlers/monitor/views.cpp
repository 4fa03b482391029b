#include <algorithm>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "server/handlers/monitor/commands.hpp"
#include "target/disassembly.hpp"
#include "target/process_info.hpp"

namespace server::handlers::commands {
namespace {

using namespace protocol;

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  return line;
}

unsigned long long number(target::Address at) { return at.value; }

// ---- addresses

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Says of an address in which module it lies, and how far from the module's first mapping.
class Modules {
 public:
  explicit Modules(target::Pid pid)
      : mappings_(target::mappings_of(pid).value_or(std::vector<target::Mapping>())) {}

  std::string describe(target::Address at) const {
    const auto holding = [&](const target::Mapping& mapping) { return mapping.range.contains(at); };
    const auto found = std::find_if(mappings_.begin(), mappings_.end(), holding);
    if (found == mappings_.end() || found->path.empty()) return "";
    const auto same = [&](const target::Mapping& mapping) { return mapping.path == found->path; };
    const auto first = std::find_if(mappings_.begin(), mappings_.end(), same);
    return std::string(file_name(found->path)) +
           text("+0x%llx", number(target::Address{at - first->range.begin}));
  }

 private:
  std::vector<target::Mapping> mappings_;
};

// ---- threads

const char* describe(const target::Thread& thread) {
  switch (thread.state()) {
    case target::Thread::State::Running:
      return "running";
    case target::Thread::State::Stopped:
      return "stopped";
    case target::Thread::State::Zombie:
      return "exited, others live on";
  }
  return "";
}

std::string describe_thread(target::Thread& thread, const Modules& modules) {
  const auto id = thread.id();
  const auto summary = target::thread_summary(id);
  auto line =
      text("%d.%d  %-16s core %s  %s", id.pid.value, id.tid.value, summary.name.c_str(),
           summary.processor ? std::to_string(*summary.processor).c_str() : "?", describe(thread));
  if (!thread.stopped()) return line + "\n";
  const auto pc = thread.registers().pc();
  if (!pc) return line + "\n";
  return line + text(" at 0x%016llx ", number(*pc)) + modules.describe(*pc) + "\n";
}

// ---- disassembly

struct Listing {
  target::Address from;
  std::size_t count = 10;
};
constexpr std::size_t most_instructions = 10'000;

//     address [ " " count ]      address = "$pc" | [ "0x" ] hex
target::Result<Listing> parse_listing(Client& client, Argument argument) {
  Listing listing;
  const auto word = argument.substr(0, argument.find(' '));
  auto rest = argument.substr(std::min(argument.size(), word.size() + 1));
  if (word == "$pc") {
    const auto thread = client.stopped_thread();
    if (!thread) return tl::unexpected(thread.error());
    const auto pc = (*thread)->registers().pc();
    if (!pc) return tl::unexpected(pc.error());
    listing.from = *pc;
  } else {
    FieldReader fields(word.starts_with("0x") ? word.substr(2) : word);
    listing.from.value = fields.hex<std::uint64_t>();
    if (!fields.complete())
      return target::failure(EINVAL, "use: disassemble <address|$pc> [count]");
  }
  if (rest.empty()) return listing;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), listing.count);
  if (error != std::errc() || end != rest.data() + rest.size() || listing.count == 0 ||
      listing.count > most_instructions)
    return target::failure(EINVAL, "the count is a decimal number from 1 to 10000");
  return listing;
}

std::string describe_instruction(const target::Instruction& instruction, bool current,
                                 const Modules& modules) {
  std::string bytes;
  append_hex(bytes, instruction.bytes);
  return text("%s 0x%016llx  %-28s %-22s ", current ? "=>" : "  ", number(instruction.at),
              modules.describe(instruction.at).c_str(), bytes.c_str()) +
         instruction.text + "\n";
}

}  // namespace

Reply list_maps(Client& client, Argument) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  const auto mappings = target::mappings_of(target::Pid{(*process)->witness().value});
  if (!mappings) return failed(mappings.error());
  std::string lines;
  for (const auto& mapping : *mappings)
    lines +=
        text("%016llx-%016llx %c%c%c%c ", number(mapping.range.begin), number(mapping.range.end),
             mapping.readable ? 'r' : '-', mapping.writable ? 'w' : '-',
             mapping.executable ? 'x' : '-', mapping.shared ? 's' : 'p') +
        mapping.path + "\n";
  client.show(lines);
  return reply::Ok{};
}

Reply list_threads(Client& client, Argument) {
  std::string lines;
  for (const auto& [pid, process] : client.inferiors.processes()) {
    const Modules modules(target::Pid{process->witness().value});
    for (const auto& [tid, thread] : process->threads()) lines += describe_thread(*thread, modules);
  }
  client.show(lines.empty() ? "no threads\n" : lines);
  return reply::Ok{};
}

Reply disassemble(Client& client, Argument argument) {
  const auto process = client.process();
  if (!process) return failed(process.error());
  const auto listing = parse_listing(client, argument);
  if (!listing) return failed(listing.error());
  const auto instructions = target::disassemble(**process, listing->from, listing->count);
  if (!instructions) return failed(instructions.error());
  target::Result<target::Address> pc = target::failure(ESRCH, "");
  if (const auto thread = client.stopped_thread(); thread) pc = (*thread)->registers().pc();
  const Modules modules(target::Pid{(*process)->witness().value});
  std::string lines;
  for (const auto& instruction : *instructions)
    lines += describe_instruction(instruction, pc && *pc == instruction.at, modules);
  client.show(lines);
  return reply::Ok{};
}

Reply show_statistics(Client& client, Argument) {
  const auto& traffic = client.traffic;
  const std::chrono::duration<double> connected = std::chrono::steady_clock::now() - traffic.since;
  std::size_t threads = 0;
  for (const auto& [pid, process] : client.inferiors.processes())
    threads += process->threads().size();
  const auto count = [](std::uint64_t number) { return static_cast<unsigned long long>(number); };
  client.show(
      text("connected  %.1f s\n", connected.count()) +
      text("received   %llu packets, %llu bytes\n", count(traffic.packets_in),
           count(traffic.bytes_in)) +
      text("sent       %llu packets, %llu bytes\n", count(traffic.packets_out),
           count(traffic.bytes_out)) +
      text("stops      %llu\n", count(traffic.stops)) +
      text("processes  %zu, with %zu threads\n", client.inferiors.processes().size(), threads));
  return reply::Ok{};
}

}  // namespace server::handlers::commands
