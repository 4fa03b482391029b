#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/connection.hpp"
#include "server/listener.hpp"
#include "server/options.hpp"
#include "server/program_terminals.hpp"
#include "server/session.hpp"
#include "target/inferiors.hpp"

namespace server {

/// Programs of somebody else's that stand still, for a debugger to look at.
struct Loan {
  target::Inferiors& inferiors;
  target::StopEvent stop;         ///< why they do: what the debugger is told first
  target::StopListener& owner;    ///< hears of stops too
  std::chrono::seconds time{};    ///< without a debugger; 0: for ever
  int until = -1;                 ///< the loan ends as soon as this can be read
  std::function<void(const std::string& port)> opened;  ///< called once debuggers can come
};

/// The whole server: its inferiors, its socket and the client that is connected, on one event loop.
class Server final : public Console, public target::StopListener, public Audience {
 public:
  explicit Server(Options options);
  ~Server();

  /// Serves until the work is done; the exit status. For a launched program that has ended that is its own,
  /// or 128 + the signal that killed it.
  int run();

  /// In place of run(): until nobody has come for the time, or a debugger has detached from the programs, killed them or
  /// seen them end. Those that are left stand still, with nothing of ours in them; a signal that they were stopped for is
  /// delivered when they next run.
  target::Result<void> lend(const Loan& loan);

 private:
  target::Result<void> start_inferior();
  target::Result<target::Pid> process_to_attach() const;
  target::Result<void> report_port();
  target::Result<std::string> open_endpoint();
  void connect_stdio();
  target::Result<Arrival> open_device(const std::string& path) const;
  target::Result<Arrival> take_over(int descriptor) const;
  bool as_lldb_server() const { return options_.form == Form::LldbServer; }
  void arrived(Arrival arrival);
  void connected(const Arrival& arrival);
  void disconnected(const std::string& why);
  bool done_after_client() const;
  void after_requests();
  void look_for_program();
  void leave_to(bool detaches);

  void watch_end_of_loan();
  void await_debugger();
  void end_loan_if_nothing_is_left();
  void note_place(const target::StopEvent& stop);
  void owe_signal(const target::StopEvent& stop);
  void take_back();
  const std::vector<MonitorTool>& monitor_tools() const override { return options_.monitor_tools; }
  bool is_borrowed() const override { return loan_ != nullptr; }
  void give_back(target::Process& process) override;

  void watch_children();
  void watch_lifeline();
  void linger();
  void watch_signals();
  void finish();

  void stopped(const target::StopEvent& event) override;
  void printed(std::string_view text) override;
  void letting_go(const target::Process& process) override;
  void note_ending(const target::StopEvent& event);
  std::optional<target::StopEvent> first_stop() const;

  void say(const std::string& line) override;
  void quit() override;
  void serve_terminal(target::Pid pid, target::PseudoTerminal terminal) override;
  target::Result<void> type(target::Pid pid, std::string_view text) override;

  Attention attention() const override;
  void show(std::string_view output) override;

  target::LaunchSpec launch_spec() const;

  Options options_;
  asio::io_context loop_;
  std::unique_ptr<target::Inferiors> own_inferiors_;
  target::Inferiors* inferiors_ = nullptr;
  const Loan* loan_ = nullptr;
  target::Address stopped_at_;  // where the thread stood that had the last stop
  std::optional<asio::posix::stream_descriptor> end_of_loan_;
  asio::steady_timer loan_time_;
  std::optional<asio::posix::stream_descriptor> children_;
  std::optional<asio::posix::stream_descriptor> lifeline_;
  asio::signal_set signals_;
  asio::steady_timer program_look_;  // for the next look for a program that a client waits for
  ProgramTerminals terminals_;
  std::unique_ptr<Listener> listener_;
  std::optional<Arrival> waiting_;  // a client that was there at once, until it is connected
  target::FileDescriptor named_pipe_;
  std::shared_ptr<Connection> connection_;
  std::unique_ptr<Session> session_;
  unsigned connections_ = 0;  // so far; the last one is the present one
  // What the next client is told first: the stop that the last one saw, or an end that nobody saw.
  std::optional<target::StopEvent> held_stop_;
  bool lingering_ = false;
  bool looking_for_program_ = false;
  bool quitting_ = false;
  int status_ = 0;
};

}  // namespace server
