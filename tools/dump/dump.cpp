#include "tools/dump/dump.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "target/attachable.hpp"
#include "target/inferiors.hpp"
#include "tools/common/interruption.hpp"

namespace tools::dump {

using namespace target;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

microseconds since(Clock::time_point begin) { return std::chrono::duration_cast<microseconds>(Clock::now() - begin); }

double milliseconds(microseconds time) { return static_cast<double>(time.count()) / 1000; }

Result<void> check_still(const Process& process) {
  for (const auto& [tid, thread] : process.threads())
    if (thread->running())
      return failure(EBUSY, fmt::format("thread {} of process {} does not stop: it waits in the kernel (state D), for a device or for the child of its "
                                        "vfork; try again later", tid.value, process.pid().value));
  return {};
}

/// How it went.
struct Account {
  core::Summary summary;
  microseconds paused{};        ///< the whole process
  microseconds paused_again{};  ///< one thread, to have it forget the copy
  std::string no_copy;          ///< why there was none; "": there was one
  std::string left;             ///< why the copy's zombie stays; "": it does not
};

class Dump {
 public:
  Dump(Inferiors& inferiors, const Options& options, core::CoreFile file)
      : inferiors_(inferiors), options_(options), pid_{options.pid}, file_(std::move(file)) {}

  Result<Account> run() {
    const auto foresight = options_.copy ? core::look_ahead(pid_) : core::Foresight{{}, "--no-copy"};
    const auto begin = Clock::now();
    const auto process = inferiors_.attach(pid_);
    if (!process) return tl::unexpected(process.error());
    if (auto still = check_still(**process); !still) return tl::unexpected(still.error());
    auto frozen = inferiors_.freeze(**process, leader_of(pid_), foresight);
    auto written = frozen ? write_copy(std::move(*frozen), begin) : write_paused(**process, begin, frozen.error());
    if (!written) return tl::unexpected(written.error());
    account_.summary = *written;
    return account_;
  }

 private:
  Result<core::Summary> write_copy(core::Frozen frozen, Clock::time_point begin) {
    if (auto let_go = inferiors_.detach(pid_); !let_go) return tl::unexpected(let_go.error());
    account_.paused = since(begin);
    auto written = write(frozen);
    const auto dismissed = inferiors_.dismiss(std::move(frozen));
    if (dismissed) account_.paused_again = *dismissed;
    if (!dismissed && dismissed.error().code != ESRCH) account_.left = dismissed.error().message;
    return written;
  }

  Result<core::Summary> write(core::Frozen& frozen) {
    auto snapshot = frozen.snapshot();
    return snapshot ? write(std::move(*snapshot), frozen.source()) : file_.not_written(snapshot.error());
  }
  Result<core::Summary> write(core::Snapshot snapshot, const core::Source& source) {
    return file_.write(std::move(snapshot), source, options_.core_limit, [&](const core::Summary& so_far) { return look_up(so_far); });
  }

  Result<core::Summary> write_paused(Process& process, Clock::time_point begin, const Error& reason) {
    account_.no_copy = reason.message;
    auto written = core::dump(process, leader_of(pid_), [&](core::Snapshot snapshot, const core::Source& source) {
      return write(std::move(snapshot), source);
    });
    (void)inferiors_.detach(pid_);
    account_.paused = since(begin);
    return written;
  }

  Result<void> look_up(const core::Summary& so_far) {
    if (interruption() != 0) return failure(EINTR, "interrupted");
    progress_.reached(so_far.stored >> 20);
    return {};
  }

  Inferiors& inferiors_;
  const Options& options_;
  Pid pid_;
  core::CoreFile file_;
  Account account_;
  Progress progress_{"MiB", 1};
};

std::string path_of(const Options& options) {
  auto path = options.core_file;
  if (const auto mark = path.find("%p"); mark != std::string::npos) path.replace(mark, 2, std::to_string(options.pid));
  return path;
}

void report_text(Output& output, const std::string& path, const Account& account) {
  output.line("Saved " + path + ": " + core::describe(account.summary));
  const auto paused = output.coloured(fmt::format("{:.1f} ms", milliseconds(account.paused)), "1");
  if (!account.no_copy.empty()) {
    output.line(fmt::format("The process stood still all the time, {}: {}", paused, account.no_copy));
    return;
  }
  output.line(fmt::format("The process stood still for {}, and one thread of it for {:.1f} ms at the end", paused, milliseconds(account.paused_again)));
  if (account.summary.shared != 0)
    output.line(fmt::format("{} of the memory is shared, and is as it was when it was written", core::in_words(account.summary.shared)));
  if (!account.left.empty()) output.line("A zombie stays with the process: " + account.left);
}

void report_json(Output& output, const std::string& path, int pid, const Account& account) {
  const auto& summary = account.summary;
  output.object("core", {{"pid", pid}, {"path", path}, {"bytes", summary.stored}, {"threads", summary.threads}, {"paused_us", account.paused.count()},
                         {"thread_paused_us", account.paused_again.count()}, {"copied", account.no_copy.empty()}, {"why_not", account.no_copy},
                         {"shared", summary.shared}, {"filtered", summary.filtered}, {"unreadable", summary.unreadable},
                         {"over_limit", summary.over_limit}, {"zombie_left", account.left}});
}

}  // namespace

Result<int> run(const Options& options) {
  constexpr int killed = 128;
  if (auto attachable = check_attachable(Pid{options.pid}); !attachable) return tl::unexpected(attachable.error());
  const auto path = path_of(options);
  auto file = core::CoreFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto inferiors = Inferiors::create();
  if (!inferiors) return tl::unexpected(inferiors.error());
  catch_interruptions();
  const auto account = Dump(**inferiors, options, std::move(*file)).run();
  (*inferiors)->let_go_of_all();
  if (!account && interruption() != 0) {
    fmt::print(stderr, "remora dump: {}\n", account.error().message);
    return killed + interruption();
  }
  if (!account) return tl::unexpected(account.error());
  auto output = Output::open({{}, options.json}, stdout);
  if (!output) return tl::unexpected(output.error());
  options.json ? report_json(*output, path, options.pid, *account) : report_text(*output, path, *account);
  if (auto closed = output->close(); !closed) return tl::unexpected(closed.error());
  return 0;
}

}  // namespace tools::dump
