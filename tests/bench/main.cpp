// remora-bench compares debug servers in one run, by speaking the remote protocol to each as a client would. It reports
// and never judges: the machine may be shared, so a number means something only beside the others of the same run.

#include <fmt/format.h>
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>

#include "floors/tracee.hpp"
#include "processes.hpp"
#include "report.hpp"
#include "runner.hpp"

namespace {

using namespace bench;

struct Options {
  std::vector<std::string> servers;
  std::string only;
  bool quick = false;
  bool list = false;
  bool one_cpu = false;
  int rounds = 0;
  std::string json, markdown;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--server", options.servers, "NAME=PATH of a server to measure; may be repeated");
  app.add_option("--only", options.only, "measure only rows whose name this regular expression finds");
  app.add_option("--rounds", options.rounds, "how often each server is visited for a row")->check(CLI::PositiveNumber);
  app.add_flag("--quick", options.quick, "fewer and shorter measurements");
  app.add_flag("--one-cpu", options.one_cpu,
               "everything on one processor: less noise, but no server can work while the client does");
  app.add_flag("--list", options.list, "print the names of the rows and end");
  app.add_option("--json", options.json, "also write everything measured to this file");
  app.add_option("--markdown", options.markdown, "also write the table to this file");
}

std::vector<Server> servers_of(const Options& options) {
  std::vector<Server> servers;
  for (const auto& text : options.servers) {
    servers.push_back(parse_server(text));
    const auto& path = servers.back().path;
    if (!std::filesystem::is_regular_file(path)) throw std::runtime_error(fmt::format("there is no server {}", path));
    for (const auto& other : servers)
      if (&other != &servers.back() && other.name == servers.back().name)
        throw std::runtime_error(fmt::format("two servers are named {}", other.name));
  }
  return servers;
}

std::vector<Row> rows_of(const Options& options) {
  const std::regex wanted(options.only);
  auto rows = all_rows();
  std::erase_if(rows, [&](const Row& row) { return !std::regex_search(row.name, wanted); });
  return rows;
}

Bench bench_of(const Options& options) {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "inferiors";
  const std::string counting = folder / "counts_forever", threads = folder / "many_threads", rounds = folder / "rounds";
  Bench bench{options.quick ? quick_effort : full_effort, {counting, threads, rounds, Symbols(counting), Symbols(threads), Symbols(rounds)}};
  if (options.rounds > 0) bench.effort.rounds = options.rounds;
  return bench;
}

void write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file(path);
  if (!(file << text)) throw std::runtime_error(fmt::format("cannot write {}", path));
}

// The C library would give each large buffer back and take a fresh one, at the price of a page fault every 4 KiB: a
// burden on the client that would level the servers.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

int measure(const Options& options) {
  const auto rows = rows_of(options);
  if (options.list) {
    for (const auto& row : rows) fmt::print("{}\n", row.name);
    return 0;
  }
  keep_freed_memory();
  prepare_to_be_interrupted();
  std::optional<OneProcessor> confined;
  if (options.one_cpu) confined.emplace();
  const auto results = run(bench_of(options), servers_of(options), rows);
  fmt::print("\n{}", as_text(results));
  write_file(options.json, as_json(results).dump(2) + "\n");
  write_file(options.markdown, as_markdown(results));
  return results.interrupted ? 130 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("measures debug servers side by side", "remora-bench");
  Options options;
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    return measure(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "remora-bench: {}\n", error.what());
    return 1;
  }
}
