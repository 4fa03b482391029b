#include <poll.h>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <array>

#include "server/platform/jobs.hpp"

namespace server::platform {
namespace {

using protocol::requests::ShellCommand;

constexpr std::size_t longest_output = std::size_t{16} << 20;
constexpr std::uint32_t no_limit = 0xffffffff;

/// A shell and what it prints, until it ends or its time is up.
class ShellRun : public std::enable_shared_from_this<ShellRun> {
 public:
  ShellRun(Workshop& workshop, std::function<void(ShellOutcome)> done)
      : workshop_(workshop), done_(std::move(done)), output_(workshop.loop), timer_(workshop.loop) {}
  ~ShellRun() { end(); }

  target::Result<void> start(const ShellCommand& command, const std::string& folder);

 private:
  void read();
  bool take_some();
  int pending();
  void finish(target::ProgramEnd ending, bool timed_out);
  void end();

  Workshop& workshop_;
  std::function<void(ShellOutcome)> done_;
  asio::posix::stream_descriptor output_;
  asio::steady_timer timer_;
  std::optional<target::Pid> pid_;
  std::string text_;
  std::array<char, 16 * 1024> buffer_;
};

target::Result<void> ShellRun::start(const ShellCommand& command, const std::string& folder) {
  auto pipe = target::make_pipe();
  if (!pipe) return tl::unexpected(pipe.error());
  const auto pid = target::spawn({"/bin/sh", {"sh", "-c", command.command}, folder, pipe->write.get(), {}});
  if (!pid) return tl::unexpected(pid.error());
  pid_ = *pid;
  output_.assign(pipe->read.release());
  output_.non_blocking(true);
  const auto self = weak_from_this();
  workshop_.children.watch(*pid, [self](target::ProgramEnd ending) {
    if (const auto run = self.lock()) run->finish(ending, false);
  });
  read();
  if (command.seconds == 0 || command.seconds == no_limit) return {};
  timer_.expires_after(std::chrono::seconds(command.seconds));
  timer_.async_wait([self](const asio::error_code& error) {
    if (const auto run = self.lock(); run && !error) run->finish({}, true);
  });
  return {};
}

void ShellRun::read() {
  output_.async_wait(asio::posix::stream_descriptor::wait_read, [self = weak_from_this()](const asio::error_code& error) {
    if (const auto run = self.lock(); run && !error && run->take_some()) run->read();
  });
}

bool ShellRun::take_some() {
  const auto size = ::read(output_.native_handle(), buffer_.data(), buffer_.size());
  if (size <= 0) return size < 0 && (errno == EAGAIN || errno == EINTR);
  const auto kept = std::min(static_cast<std::size_t>(size), longest_output - text_.size());
  text_.append(buffer_.data(), kept);
  return true;
}

int ShellRun::pending() {
  pollfd state{output_.native_handle(), POLLIN, 0};
  return ::poll(&state, 1, 0) > 0 ? state.revents & POLLIN : 0;
}

// What it has started may still have the pipe: what is in there now is all that is told.
void ShellRun::finish(target::ProgramEnd ending, bool timed_out) {
  const auto self = shared_from_this();
  while (pending() > 0 && take_some()) continue;
  if (timed_out)
    end();
  else
    pid_.reset();
  output_.close();
  timer_.cancel();
  done_({ending, timed_out, std::move(text_)});
}

void ShellRun::end() {
  if (!pid_) return;
  target::kill_group(*pid_);
  workshop_.children.forget(*pid_);
  pid_.reset();
}

}  // namespace

target::Result<Job> ClientJobs::run_shell(const ShellCommand& command, const std::string& folder,
                                          std::function<void(ShellOutcome)> done) {
  const auto run = std::make_shared<ShellRun>(workshop_, std::move(done));
  const auto started = run->start(command, folder);
  if (!started) return tl::unexpected(started.error());
  return run;
}

}  // namespace server::platform
