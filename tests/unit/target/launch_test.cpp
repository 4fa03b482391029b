#include "target/linux/launch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "target/linux/ptrace.hpp"
#include "tests/support/traced_child.hpp"

namespace target::linux {
namespace {

using testing::HasSubstr;
using Kind = ChildEvent::Kind;

LaunchSpec shell(const std::string& script) {
  LaunchSpec spec;
  spec.program = "/bin/sh";
  spec.arguments = {"-c", script};
  spec.environment = {"PATH=/usr/bin:/bin", "FISH=remora"};
  return spec;
}

// Lets it run to its end past every stop, and its own children untraced.
ChildEvent finish(Pid pid) {
  auto& events = support::child_events();
  EXPECT_TRUE(resume(leader_of(pid), {}));
  while (true) {
    const auto event = events.poll_any();
    if (!event)
      events.wait_for_signal(std::chrono::seconds(1));
    else if (event->tid != leader_of(pid))
      (void)detach(event->tid, {});
    else if (event->kind != Kind::Stopped)
      return *event;
    else
      EXPECT_TRUE(resume(leader_of(pid), event->event == PtraceEvent::None ? event->signal : Signal{}));
  }
}

int exit_code(const LaunchSpec& spec) {
  const auto launched = launch(spec, support::child_events());
  EXPECT_TRUE(launched) << (launched ? "" : launched.error().message);
  return launched ? finish(launched->pid).exit_code : -1;
}

bool has_children() { return waitpid(-1, nullptr, WNOHANG | __WALL) >= 0 || errno != ECHILD; }

/// A file that goes when the test does.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& content, mode_t mode) {
    char name[] = "/tmp/remora-unit-XXXXXX";
    close(mkstemp(name));
    path_ = name;
    std::ofstream(path_) << content;
    chmod(name, mode);
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Launch, runs_a_program_with_its_arguments_and_environment) {
  EXPECT_EQ(exit_code(shell("exit 7")), 7);
  EXPECT_EQ(exit_code(shell("test \"$FISH\" = remora")), 0);
  auto spec = shell("test $# = 2 && test \"$1\" = 'a b' && test \"$2\" = ''");
  spec.arguments.insert(spec.arguments.end(), {"name", "a b", ""});
  EXPECT_EQ(exit_code(spec), 0);
}

TEST(Launch, finds_a_name_as_a_shell_does) {
  auto spec = shell("exit 8");
  spec.program = "sh";
  EXPECT_EQ(exit_code(spec), 8);
}

TEST(Launch, starts_in_the_directory_it_is_told) {
  auto spec = shell("test \"$(pwd)\" = /usr");
  spec.working_directory = "/usr";
  EXPECT_EQ(exit_code(spec), 0);
}

// SigBlk and SigIgn are bit masks, signal 1 lowest: SIGHUP is 1, SIGPIPE 1000.
TEST(Launch, hands_on_what_was_ignored_before_us_and_neither_our_mask_nor_our_own_signals) {
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(exit_code(shell("grep -q '^SigBlk:[[:space:]]*0*$' /proc/self/status && "
                            "grep -q '^SigIgn:[[:space:]]*0*1$' /proc/self/status")),
            0);
  signal(SIGHUP, SIG_DFL);
  signal(SIGPIPE, SIG_DFL);
}

TEST(Launch, turns_address_space_randomization_off_if_it_may) {
  const auto launched = launch(shell("test $(cat /proc/self/personality) = 00040000"), support::child_events());
  ASSERT_TRUE(launched);
  EXPECT_EQ(finish(launched->pid).exit_code == 0, !launched->still_randomized);
  auto randomized = shell("test $(cat /proc/self/personality) = 00000000");
  randomized.disable_randomization = false;
  EXPECT_EQ(exit_code(randomized), 0);
}

/// One of our own descriptors is a pipe for as long as this lives.
class Redirected {
 public:
  Redirected(int number, int to) : number_(number), saved_(dup(number)) { dup2(to, number); }
  ~Redirected() {
    dup2(saved_, number_);
    close(saved_);
  }

 private:
  int number_;
  int saved_;
};

TEST(Launch, keeps_stdin_and_stdout_from_a_program_when_they_are_the_connection) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  auto spec = shell("test \"$(readlink /proc/$$/fd/0)\" = /dev/null && "
                    "test \"$(readlink /proc/$$/fd/1)\" = \"$(readlink /proc/$$/fd/2)\"");
  spec.stdio.ours_are_taken = true;
  {
    const Redirected in(STDIN_FILENO, ends[0]), out(STDOUT_FILENO, ends[1]);
    EXPECT_EQ(exit_code(spec), 0);
    spec.stdio.ours_are_taken = false;
    EXPECT_NE(exit_code(spec), 0);
  }
  close(ends[0]);
  close(ends[1]);
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Everything that is there to be read.
std::string output(const PseudoTerminal& terminal) {
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(terminal.ours.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  return text;
}

TEST(Launch, gives_a_program_a_terminal_and_a_session_of_its_own) {
  // It writes nothing before it has read: the terminal echoes when it likes, but what is read has been echoed.
  auto spec = shell("test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && test -t 1 && "
                    "read line && echo \"heard $line\" && echo error >&2");
  spec.stdio.own_terminal = true;
  const auto launched = launch(spec, support::child_events());
  ASSERT_TRUE(launched) << launched.error().message;
  ASSERT_TRUE(launched->terminal);
  EXPECT_EQ(write(launched->terminal->ours.get(), "hello\n", 6), 6);
  EXPECT_EQ(finish(launched->pid).exit_code, 0);
  EXPECT_EQ(output(*launched->terminal), "hello\r\nheard hello\r\nerror\r\n");
}

TEST(Launch, opens_files_in_place_of_streams) {
  const TemporaryFile in("what it reads", 0600), out("what was there before, and more of it", 0600);
  auto spec = shell("echo first; cat; echo; echo error >&2");
  spec.stdio = {false, true, in.path(), out.path(), out.path()};
  const auto launched = launch(spec, support::child_events());
  ASSERT_TRUE(launched) << launched.error().message;
  EXPECT_FALSE(launched->terminal) << "nothing is left for one";
  EXPECT_EQ(finish(launched->pid).exit_code, 0);
  EXPECT_EQ(content(out.path()), "first\nwhat it reads\nerror\n");
}

TEST(Launch, leaves_what_has_no_file_to_the_terminal) {
  const TemporaryFile out("", 0600);
  auto spec = shell("echo in the file; echo on the terminal >&2");
  spec.stdio = {false, true, "", out.path(), ""};
  const auto launched = launch(spec, support::child_events());
  ASSERT_TRUE(launched && launched->terminal);
  EXPECT_EQ(finish(launched->pid).exit_code, 0);
  EXPECT_EQ(content(out.path()), "in the file\n");
  EXPECT_EQ(output(*launched->terminal), "on the terminal\r\n");
}

TEST(Launch, hands_no_descriptor_of_ours_to_the_program) {
  EXPECT_EQ(exit_code(shell("! ls -l /proc/$$/fd | grep -q signalfd")), 0);
}

TEST(Launch, stands_at_the_first_instruction) {
  const auto launched = launch(shell("exit 0"), support::child_events());
  ASSERT_TRUE(launched);
  EXPECT_TRUE(peek(leader_of(launched->pid), Address{0}).error().code != ESRCH);
  EXPECT_EQ(event_message(leader_of(launched->pid)), static_cast<std::uint64_t>(launched->pid.value));
  finish(launched->pid);
}

class LaunchRefuses : public testing::Test {
 protected:
  void expect(const LaunchSpec& spec, int code, const std::string& message) {
    const auto launched = launch(spec, support::child_events());
    ASSERT_FALSE(launched);
    EXPECT_EQ(launched.error().code, code);
    EXPECT_THAT(launched.error().message, HasSubstr(message));
    EXPECT_FALSE(has_children());
  }
  void expect(const std::string& program, int code, const std::string& message) {
    auto spec = shell("exit 0");
    spec.program = program;
    expect(spec, code, message);
  }
};

TEST_F(LaunchRefuses, a_program_that_is_not_there) {
  expect("/no/such/program", ENOENT, "Cannot exec /no/such/program: execve failed: No such file or directory");
  expect("no-such-program-in-path", ENOENT, "No such file or directory");
}

TEST_F(LaunchRefuses, a_file_that_may_not_be_executed) {
  const TemporaryFile file("#!/bin/sh\n", 0600);
  expect(file.path(), EACCES, "Cannot exec " + file.path() + ": execve failed: Permission denied");
  expect("/tmp", EACCES, "Permission denied");
}

TEST_F(LaunchRefuses, a_file_whose_interpreter_is_missing) {
  const TemporaryFile file("#!/no/such/interpreter\n", 0700);
  expect(file.path(), ENOENT, "No such file or directory");
}

TEST_F(LaunchRefuses, a_stream_that_cannot_be_opened) {
  auto spec = shell("exit 0");
  spec.stdio.in = "/no/such/file";
  expect(spec, ENOENT, "Cannot open /no/such/file for the program: No such file or directory");
}

TEST_F(LaunchRefuses, to_wait_for_a_named_pipe_that_nobody_reads) {
  const std::string pipe = "/tmp/remora-unit-pipe-" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  auto spec = shell("exit 0");
  spec.stdio.out = pipe;
  expect(spec, ENXIO, "Cannot open " + pipe);
  unlink(pipe.c_str());
}

TEST_F(LaunchRefuses, a_directory_that_cannot_be_entered) {
  auto spec = shell("exit 0");
  spec.working_directory = "/no/such/directory";
  expect(spec, ENOENT, "Cannot enter /no/such/directory: No such file or directory");
}

}  // namespace
}  // namespace target::linux
