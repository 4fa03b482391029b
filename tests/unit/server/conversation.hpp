#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/session.hpp"
#include "target/inferiors.hpp"
#include "tests/support/fake_kernel/kernel.hpp"
#include "tests/support/rsp_text.hpp"

namespace server {

/// A client that talks to a session whose inferiors live in the fake kernel. Ids are those of the kernel: the
/// first process is 64 in hex, its threads 64, 65, ...
class Conversation : public testing::Test, public target::StopListener, public Output, public Console {
 protected:
  Conversation() {
    inferiors->set_listener(this);
    inferiors->wishes().attended = true;
    session = std::make_unique<Session>(*inferiors, *this, target::LaunchSpec{}, *this);
  }
  ~Conversation() override {
    session.reset();
    inferiors->set_listener(nullptr);
    inferiors->let_go_of_all();
  }

  void stopped(const target::StopEvent& event) override { session->stopped(event); }
  void printed(std::string_view text) override { prints += text; }
  void send(std::string_view bytes) override { sent += bytes; }
  void hang_up() override { hung_up = true; }
  void say(const std::string& line) override { said.push_back(line); }
  void quit() override { quits = true; }
  target::Result<void> type(target::Pid, std::string_view text) override {
    typed += text;
    return {};
  }

  /// Everything that the server has sent since the last look.
  std::vector<std::string> heard() { return support::frames(std::exchange(sent, {})); }
  std::vector<std::string> receive(std::string_view bytes) {
    session->receive(bytes);
    return heard();
  }
  /// The one reply to a request; only after be_quiet().
  std::string ask(std::string_view payload) {
    const auto replies = receive(support::framed(payload));
    EXPECT_EQ(replies.size(), 1u) << payload << " was answered " << replies.size() << " times";
    return replies.empty() ? "(nothing)" : replies.front();
  }
  /// No acknowledgements from now on.
  void be_quiet() {
    session->receive(support::framed("QStartNoAckMode"));
    sent.clear();
  }
  /// What gdb says first.
  void be_gdb() {
    be_quiet();
    ask("qSupported:multiprocess+;swbreak+;hwbreak+;fork-events+;vfork-events+;exec-events+;no-resumed+;"
        "xmlRegisters=i386");
  }
  /// Resumes, and gives what is told once something has happened.
  std::string resume(std::string_view payload) {
    session->receive(support::framed(payload));
    for (int round = 0; round < 50 && sent.empty(); ++round) inferiors->poll();
    const auto replies = heard();
    EXPECT_EQ(replies.size(), 1u) << payload;
    return replies.empty() ? "(nothing)" : replies.front();
  }
  target::Process& attach(const support::Program& program, std::vector<std::uint64_t> threads = {0}) {
    return **inferiors->attach(kernel.start(program, std::move(threads)));
  }

  support::FakeKernel kernel;
  std::unique_ptr<target::Inferiors> inferiors = std::move(*target::Inferiors::create());
  std::unique_ptr<Session> session;
  std::string sent;
  std::string prints;
  std::vector<std::string> said;
  std::string typed;
  bool hung_up = false;
  bool quits = false;
};

}  // namespace server
