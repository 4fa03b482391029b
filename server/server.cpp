#include "server/server.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "protocol/hex.hpp"
#include "protocol/signal_numbers.hpp"
#include "server/descriptors.hpp"
#include "server/logging.hpp"
#include "server/port_report.hpp"
#include "target/process_info.hpp"

extern char** environ;

namespace server {
namespace {

constexpr std::chrono::milliseconds stop_patience{2000};

// lldb-server's exit status when it has nobody to talk to.
constexpr int no_connection = 255;

constexpr std::chrono::microseconds short_wait{50};
// How long a busy client or inferior (range steps, swallowed signals) may keep the loop from all else.
constexpr std::chrono::milliseconds slice{5};

std::string find_program(const std::string& name) {
  struct stat status{};
  const bool here = name.find('/') == std::string::npos && stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return here ? "./" + name : name;
}

}  // namespace

Server::Server(Options options) : options_(std::move(options)), loan_time_(loop_), signals_(loop_), program_look_(loop_), terminals_(loop_, *this) {}
Server::~Server() = default;

int Server::run() {
  auto inferiors = target::Inferiors::create();
  if (!inferiors) {
    say("remora: " + inferiors.error().message);
    return 1;
  }
  own_inferiors_ = std::move(*inferiors);
  inferiors_ = own_inferiors_.get();
  inferiors_->set_listener(this);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  signal(SIGTTIN, SIG_IGN);
  if (as_lldb_server()) keep_all_from_programs();
  if (options_.new_session && setsid() < 0) log::warning("setsid: " + target::describe_errno(errno));
  watch_signals();
  watch_children();
  watch_lifeline();
  // The port first: a program is not started only to hear that nobody can reach it.
  const auto listening = open_endpoint();
  const auto started = listening ? start_inferior() : tl::unexpected(listening.error());
  if (!started) {
    say(started.error().message);
    // At the other end of a pipe is a program, which waits for gdbserver's words.
    if (listening && !listener_ && !as_lldb_server()) say("Error creating process\n");
    say("Exiting");
    return as_lldb_server() && !listening ? no_connection : 1;
  }
  if (listener_)
    say(*listening);
  else if (waiting_)
    connected(*std::exchange(waiting_, std::nullopt));
  else
    connect_stdio();
  if (const auto reported = report_port(); !reported) {
    say(reported.error().message);
    finish();
    return no_connection;
  }
  loop_.run();
  return status_;
}

target::LaunchSpec Server::launch_spec() const {
  target::LaunchSpec spec;
  spec.program = options_.program.empty() ? "" : find_program(options_.program);
  spec.arguments = options_.arguments;
  spec.wrapper = options_.wrapper;
  for (char** entry = environ; *entry != nullptr; ++entry) spec.environment.emplace_back(*entry);
  spec.disable_randomization = options_.disable_randomization;
  if (options_.shell) {
    const char* shell = std::getenv("SHELL");
    spec.shell = shell != nullptr && *shell != '\0' ? shell : "/bin/sh";
    spec.shell_expands = !options_.escape_arguments;
  }
  spec.stdio.ours_are_taken = std::holds_alternative<StdioEndpoint>(options_.endpoint);
  spec.stdio.own_terminal = options_.forward_stdio;
  return spec;
}

target::Result<target::Pid> Server::process_to_attach() const {
  if (options_.attach) return *options_.attach;
  const auto found = target::processes_named(options_.attach_name);
  if (found.size() == 1) return found.front();
  return target::failure(ESRCH, "Can't attach to " + options_.attach_name + ": " +
                                    (found.empty() ? "no process has" : std::to_string(found.size()) + " processes have") +
                                    " this name; use a process id");
}

target::Result<void> Server::start_inferior() {
  if (options_.attach || !options_.attach_name.empty()) {
    const auto pid = process_to_attach();
    if (!pid) return tl::unexpected(pid.error());
    const auto process = inferiors_->attach(*pid);
    if (!process) return tl::unexpected(process.error());
    say("Attached; pid = " + std::to_string(pid->value));
  } else if (!options_.program.empty()) {
    auto launched = inferiors_->launch(launch_spec());
    if (!launched) return tl::unexpected(launched.error());
    if (launched->terminal) serve_terminal(launched->process->pid(), std::move(*launched->terminal));
    say("Process " + options_.program + " created; pid = " + std::to_string(launched->process->pid().value));
    if (launched->still_randomized)
      say("note: could not disable address space randomization (personality() is blocked, usual in containers); "
          "addresses will differ between runs");
  }
  return {};
}

/// What to tell people of it; nothing to tell of a client that is there at once.
target::Result<std::string> Server::open_endpoint() {
  const auto& endpoint = options_.endpoint;
  if (std::holds_alternative<StdioEndpoint>(endpoint)) return {};
  const auto keep = [this](const Arrival& arrival) {
    waiting_ = arrival;
    return std::string();
  };
  if (const auto* device = std::get_if<DeviceEndpoint>(&endpoint)) return open_device(device->path).map(keep);
  if (const auto* inherited = std::get_if<InheritedEndpoint>(&endpoint)) return take_over(inherited->descriptor).map(keep);
  if (const auto* client = std::get_if<DialEndpoint>(&endpoint)) return dial(loop_, *client).map(keep);
  listener_ = std::make_unique<Listener>(loop_, [this](Arrival arrival) { this->arrived(std::move(arrival)); });
  if (const auto* tcp = std::get_if<TcpEndpoint>(&endpoint)) return listener_->listen(*tcp);
  return listener_->listen(std::get<UnixEndpoint>(endpoint));
}

target::Result<void> Server::report_port() {
  if (!listener_) return {};
  auto pipe = server::report_port(options_.port_report, listener_->name());
  if (!pipe) return tl::unexpected(pipe.error());
  named_pipe_ = std::move(*pipe);
  return {};
}

// Our own descriptors 0 and 1 are the connection; nothing else may read or write them.
void Server::connect_stdio() {
  const int in = duplicate(STDIN_FILENO);
  const int out = duplicate(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  if (FILE* null = std::freopen("/dev/null", "r", stdin); null == nullptr) ::close(STDIN_FILENO);
  connected({in, out, "stdio"});
}

// Bytes are to pass as they are, without echo, and the line must not become our terminal.
target::Result<Arrival> Server::open_device(const std::string& path) const {
  const target::FileDescriptor device(::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios settings{};
  if (!device || tcgetattr(device.get(), &settings) != 0)
    return target::system_failure("Can't open " + path + " as a serial line");
  cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL;
  if (tcsetattr(device.get(), TCSANOW, &settings) != 0) return target::system_failure("Can't set up " + path);
  return Arrival{duplicate(device.get()), duplicate(device.get()), path};
}

target::Result<Arrival> Server::take_over(int descriptor) const {
  const auto name = "descriptor " + std::to_string(descriptor);
  struct stat status{};
  if (fstat(descriptor, &status) != 0) return target::system_failure("Can't use " + name + " as a connection");
  if (!S_ISSOCK(status.st_mode))
    return target::failure(ENOTSOCK, "Can't use " + name + " as a connection: it is no socket");
  keep_from_programs(descriptor);
  return Arrival{descriptor, duplicate(descriptor), name};
}

// ---- clients

void Server::arrived(Arrival arrival) {
  log::event("a connection");
  if (connection_ && connection_->peer_has_gone()) disconnected("connection closed");
  if (connection_ || quitting_) {
    log::warning("refused a second client from " + arrival.peer + ": one is connected");
    ::close(arrival.in);
    ::close(arrival.out);
    return;
  }
  connected(arrival);
}

void Server::connected(const Arrival& arrival) {
  loan_time_.cancel();
  named_pipe_.reset();
  lifeline_.reset();
  inferiors_->set_mode(target::run_control::Mode::AllStop);
  inferiors_->halt(stop_patience);
  say((listener_ ? "Remote debugging from " : "Remote debugging using ") + arrival.peer);
  connection_ = std::make_shared<Connection>(loop_, arrival.in, arrival.out);
  session_ = std::make_unique<Session>(*inferiors_, *this, launch_spec(), *connection_);
  session_->client().last_stop = first_stop();
  if (as_lldb_server()) session_->speak(protocol::Dialect::Lldb);
  session_->disable(options_.disabled_packets);
  inferiors_->wishes().attended = true;
  connection_->when_drained([this] { terminals_.look_again(); });
  connection_->start(
      [this](std::string_view bytes) {
        if (log::shows(log::Detail::EventLoop)) log::event(std::to_string(bytes.size()) + " bytes from the client");
        session_->receive(bytes);
        after_requests();
        linger();
      },
      // The news that a client has gone may come after its successor.
      [this, number = ++connections_](const std::string& why) {
        if (number == connections_) disconnected(why);
      });
}

std::optional<target::StopEvent> Server::first_stop() const {
  if (inferiors_->empty()) return held_stop_;
  if (held_stop_)
    if (const auto* thread = inferiors_->find(held_stop_->thread); thread != nullptr && thread->reported)
      return held_stop_;
  for (const auto& [tid, thread] : inferiors_->processes().begin()->second->threads())
    if (thread->stopped()) return target::StopEvent{thread->id(), target::Quiet{}};
  return std::nullopt;
}

bool Server::done_after_client() const {
  if (quitting_ || options_.once || !listener_) return true;
  const bool stays = options_.multi || (session_->client().extended && loan_ == nullptr);
  return inferiors_->empty() && !stays;
}

void Server::disconnected(const std::string& why) {
  if (!connection_) return;
  log::info("client lost: " + why);
  held_stop_ = session_->client().last_stop;
  if (const auto detaches = session_->client().detaches_on_loss; detaches && loan_ == nullptr) leave_to(*detaches);
  const bool done = done_after_client();
  session_.reset();
  connection_.reset();
  if (done) return finish();
  if (loan_ != nullptr) {
    take_back();
    return await_debugger();
  }
  terminals_.look_again();
  inferiors_->halt(stop_patience);
  inferiors_->leave_unattended();
  say("Remote side has terminated connection; attached programs go on, started ones wait for the next client");
}

// What the client has said is to become of the programs when it is lost.
void Server::leave_to(bool detaches) {
  std::vector<target::Pid> concerned;
  for (const auto& [pid, process] : inferiors_->processes())
    if (process->origin() == target::Origin::Launched) concerned.push_back(pid);
  for (const auto pid : concerned) {
    if (held_stop_ && held_stop_->thread.pid == pid) held_stop_.reset();
    (void)(detaches ? inferiors_->detach(pid) : inferiors_->kill(pid));
  }
}

// Requests may have set programs going, ended them, or asked for one that is not there yet.
void Server::after_requests() {
  if (!session_) return;
  if (!terminals_.empty()) terminals_.look_again();
  if (session_->awaits_program() && !looking_for_program_) look_for_program();
  if (loan_ != nullptr) end_loan_if_nothing_is_left();
}

// The search may cost a tenth of the processor's time.
void Server::look_for_program() {
  using Clock = std::chrono::steady_clock;
  looking_for_program_ = false;
  if (!session_ || !session_->awaits_program()) return;
  const auto start = Clock::now();
  session_->look_for_program();
  if (!session_->awaits_program()) return;
  looking_for_program_ = true;
  program_look_.expires_after(std::max<Clock::duration>(std::chrono::milliseconds(1), 10 * (Clock::now() - start)));
  program_look_.async_wait([this](const asio::error_code& error) {
    if (!error) look_for_program();
  });
}

// ---- programs' terminals

void Server::serve_terminal(target::Pid pid, target::PseudoTerminal terminal) {
  terminals_.serve(pid, std::move(terminal));
}

target::Result<void> Server::type(target::Pid pid, std::string_view text) { return terminals_.type(pid, text); }

Audience::Attention Server::attention() const {
  if (!session_) return Attention::Nobody;
  return connection_->congested() || !session_->takes_output() ? Attention::Waits : Attention::Shown;
}

void Server::show(std::string_view output) {
  if (session_) session_->show_output(output);
}

// A child that is being debugged may have the terminal still.
void Server::letting_go(const target::Process& process) {
  if (loan_ != nullptr) loan_->owner.letting_go(process);
  for (const auto& [pid, other] : inferiors_->processes())
    if (pid != process.pid() && getsid(pid.value) == process.pid().value) return;
  terminals_.hang_up(process.pid());
}

// ---- inferiors

void Server::watch_children() {
  if (!children_) children_.emplace(loop_, duplicate(inferiors_->descriptor()));
  children_->async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
    if (error) return;
    log::event("news of children");
    inferiors_->collect();
    linger();
    watch_children();
  });
}

// Nothing is ever written to it: what can be read is its end.
void Server::watch_lifeline() {
  if (options_.lifeline < 0) return;
  lifeline_.emplace(loop_, options_.lifeline);
  lifeline_->async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
    if (!error && connections_ == 0) finish();
  });
}

// A step is over, and a debugger has its next question ready, sooner than a process that sleeps in epoll is
// awake again (some 50 us where the other side runs on another processor). So after each event the server
// looks for the next one for a little while, and yields the processor between looks to whoever shares it.
// Measured on two processors, against sleeping at once: a step 56 instead of 80 us, a memory read 24
// instead of 64 us; with everything on one processor 38 and 54, 16 and 16.
void Server::linger() {
  using Clock = std::chrono::steady_clock;
  if (lingering_) return;
  lingering_ = true;
  const auto latest = Clock::now() + slice;
  auto until = Clock::now() + short_wait;
  while (Clock::now() < std::min(until, latest) && !quitting_) {
    const bool heard = connection_ && connection_->poll();
    const bool seen = !inferiors_->halted() && inferiors_->poll();
    if (heard || seen)
      until = Clock::now() + short_wait;
    else if (const auto many = inferiors_->patience(); many.count() > 0)
      std::this_thread::sleep_for(many);
    else if (inferiors_->leads_a_crowd())
      break;  // they could not have the processor while the server yields it: it goes before them
    else
      sched_yield();
  }
  lingering_ = false;
  // A look leaves events behind where there are very many; no signal will tell of those again.
  if (until > latest && !quitting_) asio::post(loop_, [this] { linger(); });
}

void Server::stopped(const target::StopEvent& event) {
  terminals_.drain();
  if (loan_ != nullptr) {
    loan_->owner.stopped(event);
    note_place(event);
    end_loan_if_nothing_is_left();
  }
  if (ends_process(event.cause)) {
    terminals_.ended(event.thread.pid);
    note_ending(event);
  }
  if (session_) return session_->stopped(event);
  if (!ends_process(event.cause)) return;
  held_stop_ = event;
  if (inferiors_->empty() && !options_.multi) asio::post(loop_, [this] { finish(); });
}

// Where gdbserver prints it too; the protocol is on standard output when it runs over a pipe.
void Server::printed(std::string_view text) {
  FILE* const terminal = listener_ ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), terminal);
  std::fflush(terminal);
}

void Server::note_ending(const target::StopEvent& event) {
  if (const auto* exited = std::get_if<target::ProcessExited>(&event.cause)) {
    say("\nChild exited with status " + std::to_string(exited->code));
    status_ = exited->code;
  } else if (const auto* killed = std::get_if<target::ProcessKilled>(&event.cause)) {
    say("\nChild terminated with signal = 0x" + protocol::hex_number(static_cast<unsigned>(killed->signal.number)) +
        " (" + std::string(protocol::signal_name(killed->signal)) + ")");
    status_ = 128 + killed->signal.number;
  }
  if (options_.attach || options_.multi || as_lldb_server()) status_ = 0;
}

// ---- the end

void Server::watch_signals() {
  for (const int ending : {SIGTERM, SIGINT, SIGHUP}) {
    struct sigaction now{};
    // Whoever started us with nohup means it.
    if (sigaction(ending, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) signals_.add(ending);
  }
  signals_.async_wait([this](const asio::error_code& error, int number) {
    if (error) return;
    log::event("a signal for the server");
    log::info("ending because of " + std::string(protocol::signal_name(target::Signal{number})));
    finish();
  });
}

void Server::quit() {
  quitting_ = true;
  asio::post(loop_, [this] { finish(); });
}

void Server::finish() {
  quitting_ = true;
  if (loan_ != nullptr && session_) held_stop_ = session_->client().last_stop;
  session_.reset();
  connection_.reset();
  listener_.reset();
  using target::AtTheEnd;
  if (loan_ != nullptr)
    take_back();
  else
    inferiors_->let_go_of_all(as_lldb_server() && connections_ > 0 ? AtTheEnd::LaunchedGoOn : AtTheEnd::LaunchedDie);
  loop_.stop();
}

void Server::say(const std::string& line) {
  // Whoever has lent the programs says to people what there is to say.
  if (loan_ == nullptr) std::fputs((line + "\n").c_str(), stderr);
  log::info(line);
}

}  // namespace server
