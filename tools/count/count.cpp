#include "tools/count/count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "target/observers/instruction_counter.hpp"
#include "tools/common/stepping.hpp"

namespace tools::count {

using namespace target;

namespace {

using observers::InstructionCounter;

using Rows = std::vector<std::pair<std::string, std::uint64_t>>;

void print_table(Output& output, const char* title, Rows rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  output.line("");
  output.line(output.coloured(title, "1"));
  for (const auto& [name, count] : rows) output.line(fmt::format("{:>18}  {}", grouped(count), name));
}

void report_text(Output& output, const InstructionCounter& counter, std::uint64_t passes) {
  output.line(fmt::format("{:>18}  {}", output.coloured(grouped(counter.instructions()), "1"), "instructions"));
  if (counter.repetitions() > 0)
    output.line(fmt::format("{:>18}  further rounds of rep instructions", grouped(counter.repetitions())));
  if (passes > 0) output.line(fmt::format("{:>18}  times from --from to --to", grouped(passes)));
  Rows threads, modules;
  for (const auto& [id, of] : counter.threads())
    threads.push_back({fmt::format("{} ({})", of.name, id.tid.value), of.instructions});
  for (const auto& module : counter.modules()) modules.push_back(module);
  if (threads.size() > 1) print_table(output, "by thread", threads);
  print_table(output, "by module", modules);
}

void report_json(Output& output, const InstructionCounter& counter, std::uint64_t passes) {
  for (const auto& [id, of] : counter.threads())
    output.object("thread", {{"pid", id.pid.value}, {"tid", id.tid.value}, {"name", of.name}, {"instructions", of.instructions}});
  for (const auto& [path, count] : counter.modules()) output.object("module", {{"path", path}, {"instructions", count}});
  output.object("total", {{"instructions", counter.instructions()}, {"repetitions", counter.repetitions()}, {"passes", passes}});
}

}  // namespace

Result<int> run(const Options& options) {
  auto debuggee = Debuggee::open(options.subject);
  if (!debuggee) return tl::unexpected(debuggee.error());
  const auto stretch = find_stretch(**debuggee, options.from, options.to);
  if (!stretch) return tl::unexpected(stretch.error());
  auto output = Output::open(options.output, stderr);
  if (!output) return tl::unexpected(output.error());

  InstructionCounter counter(options.limit);
  Stepping stepping(**debuggee, counter, *stretch);
  stepping.run([&] { return counter.at_limit(); });
  options.output.json ? report_json(*output, counter, stepping.passes()) : report_text(*output, counter, stepping.passes());
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return (*debuggee)->finish();
}

}  // namespace tools::count
