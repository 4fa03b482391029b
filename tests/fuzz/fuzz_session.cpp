// A whole conversation with a server whose inferiors live in the fake kernel.
//
//     input  = quirks LF *( line LF )
//     quirks = what the kernel does in doubtful cases, a bit each
//     line   = "!" bytes as they are | "~" the client goes and comes back
//            | a payload, framed here, for no fuzzer guesses a checksum
//
// After each line the inferiors run for a while. What a client sees must always be frames.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/framing.hpp"
#include "protocol/hex.hpp"
#include "server/session.hpp"
#include "target/inferiors.hpp"
#include "tests/support/fake_kernel/kernel.hpp"

namespace {

using support::by;
using support::FakeKernel;
using support::Op;
using support::Program;

void insist(bool fine, const char* what) {
  if (fine) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

const Program counts{+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5)};
const Program ends{+Op::Nop, +Op::Nop, +Op::ExitGroup, 7};
// Does a bit of everything: births, signals, system calls, an exec in the end.
const Program lives{+Op::Clone, 20, +Op::Fork, +Op::JumpIfZero, by(13), +Op::Raise, 10, +Op::Syscall, 39,
                    +Op::Vfork, +Op::JumpIfZero, by(6), +Op::Store, 1, +Op::Raise, 14, +Op::Exec, 2,
                    +Op::ExitGroup, 3, +Op::Nop, +Op::Store, 0, +Op::Exit, 0};

class Ear : public server::Output {
 public:
  void send(std::string_view bytes) override { check(bytes); }
  void hang_up() override { hung_up = true; }
  bool hung_up = false;

 private:
  // Replies hold run lengths, which the decoder for requests takes for plain data.
  static void check(std::string_view bytes) {
    while (!bytes.empty()) {
      const char first = bytes.front();
      bytes.remove_prefix(1);
      if (first == '+' || first == '-') continue;
      insist(first == '$' || first == '%', "a frame begins");
      const auto end = bytes.find('#');
      insist(end != std::string_view::npos && end + 2 < bytes.size(), "a frame ends");
      const auto sum = protocol::decode_hex(bytes.substr(end + 1, 2));
      insist(sum && static_cast<unsigned char>(sum->front()) == protocol::checksum(bytes.substr(0, end)), "the checksum is right");
      bytes.remove_prefix(end + 3);
    }
  }
};

class Silence : public server::Console {
 public:
  void say(const std::string&) override {}
  void quit() override { quits = true; }
  bool quits = false;
};

struct World : target::StopListener {
  // Time does not pass in this kernel: what does not stop at once never does.
  static constexpr std::chrono::milliseconds patience{5};

  FakeKernel kernel;
  std::unique_ptr<target::Inferiors> inferiors = std::move(*target::Inferiors::create());
  Ear ear;
  Silence console;
  std::unique_ptr<server::Session> session;

  explicit World(std::uint8_t quirks) {
    kernel.newborn_first = (quirks & 1) != 0;
    kernel.instructions_after_interrupt = (quirks & 2) != 0 ? 3 : 0;
    kernel.instructions_a_turn = (quirks & 4) != 0 ? 1 : 50;
    kernel.install(1, counts);
    kernel.install(2, ends);
    kernel.install(3, lives);
    inferiors->set_listener(this);
    const auto pid = kernel.start((quirks & 8) != 0 ? counts : lives, {0, 0, 20});
    kernel.start(counts, {0});  // to be attached to
    (void)inferiors->attach(pid);
    connect();
  }
  ~World() override {
    session.reset();
    inferiors->set_listener(nullptr);
    inferiors->let_go_of_all();
  }

  void stopped(const target::StopEvent& event) override {
    if (session) session->stopped(event);
  }
  void printed(std::string_view) override {}

  // As the server does it.
  void connect() {
    inferiors->set_mode(target::run_control::Mode::AllStop);
    inferiors->halt(patience);
    session = std::make_unique<server::Session>(*inferiors, console, target::LaunchSpec{}, ear);
    inferiors->wishes().attended = true;
  }
  void reconnect() {
    session.reset();
    inferiors->halt(patience);
    inferiors->leave_unattended();
    for (int i = 0; i < 4; ++i) inferiors->poll();
    connect();
  }

  void say(std::string_view line) {
    if (line == "~") return reconnect();
    std::string bytes;
    if (line.starts_with('!')) {
      bytes = line.substr(1);
    } else {
      bytes = "$" + std::string(line) + "#";
      protocol::append_hex_byte(bytes, protocol::checksum(line));
    }
    session->receive(bytes);
    for (int i = 0; i < 4; ++i) inferiors->poll();
    check_that_halted_means_halted();
  }

  // A parent that waits for its vfork child is in state D, which no interrupt reaches.
  bool runs(target::Tid tid) {
    return kernel.running(tid) && kernel.traced(tid) && !kernel.task(tid)->waits_for_vfork;
  }

  void check_that_halted_means_halted() {
    if (inferiors->mode() != target::run_control::Mode::AllStop || !inferiors->halted()) return;
    for (const auto& [pid, process] : inferiors->processes())
      for (const auto& [tid, thread] : process->threads())
        insist(!runs(tid), "nothing runs while all is said to be stopped");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  World world(data[0]);
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  while (!rest.empty() && !world.ear.hung_up && !world.console.quits) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    world.say(line);
  }
  return 0;
}
