#include "server/options.hpp"

#include "server/host_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CommandLine parse(std::vector<const char*> words) {
  words.insert(words.begin(), "remora");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

Options options(std::vector<const char*> words) {
  auto parsed = parse(std::move(words));
  if (const auto* leave = std::get_if<Leave>(&parsed)) ADD_FAILURE() << leave->text;
  const auto* found = std::get_if<Options>(&parsed);
  return found != nullptr ? *found : Options{};
}

// Refused with status 1 and a text that says why.
void expect_refused(std::vector<const char*> words, const std::string& why) {
  const auto parsed = parse(std::move(words));
  const auto* leave = std::get_if<Leave>(&parsed);
  ASSERT_NE(leave, nullptr);
  EXPECT_EQ(leave->status, 1);
  EXPECT_THAT(leave->text, HasSubstr(why));
}

template <class Kind>
Kind endpoint(const std::string& text) {
  const auto parsed = parse_endpoint(text);
  if (const auto* found = std::get_if<Endpoint>(&parsed))
    if (const auto* kind = std::get_if<Kind>(found)) return *kind;
  ADD_FAILURE() << text;
  return {};
}

TEST(Endpoint, knows_every_form) {
  EXPECT_EQ(endpoint<TcpEndpoint>(":1234").port, 1234);
  EXPECT_EQ(endpoint<TcpEndpoint>(":1234").host, "");
  EXPECT_EQ(endpoint<TcpEndpoint>("localhost:0").host, "localhost");
  EXPECT_EQ(endpoint<TcpEndpoint>("0.0.0.0:65535").port, 65535);
  EXPECT_EQ(endpoint<TcpEndpoint>("[::1]:1234").host, "::1");
  EXPECT_EQ(endpoint<UnixEndpoint>("unix:/run/x:1").path, "/run/x:1");
  EXPECT_EQ(endpoint<TcpEndpoint>("tcp:localhost:5").port, 5);
  EXPECT_EQ(endpoint<TcpEndpoint>("tcp6:[::1]:5").host, "::1");
  EXPECT_EQ(endpoint<DeviceEndpoint>("/dev/ttyS0").path, "/dev/ttyS0");
  endpoint<StdioEndpoint>("-");
  endpoint<StdioEndpoint>("stdio");
}

TEST(Endpoint, says_what_is_wrong) {
  for (const auto* text : {"", "1234", "localhost", ":", ":x", ":-1", ":65536", ":1x", "unix:", "host:"})
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_endpoint(text))) << text;
}

TEST(CommandLine, takes_gdbservers_form) {
  const auto run = options({":1234", "./app", "--verbose", "-x", "1"});
  EXPECT_EQ(run.program, "./app");
  EXPECT_THAT(run.arguments, ElementsAre("--verbose", "-x", "1"));
  EXPECT_TRUE(run.disable_randomization);
  EXPECT_FALSE(run.once);

  const auto attach = options({"--once", "--attach", ":1234", "4711"});
  EXPECT_EQ(attach.attach, target::Pid{4711});
  EXPECT_TRUE(attach.once);
  EXPECT_THAT(attach.program, IsEmpty());

  EXPECT_TRUE(options({"--multi", ":1234"}).multi);
  EXPECT_FALSE(options({"--no-disable-randomization", ":1234", "app"}).disable_randomization);
}

TEST(CommandLine, leaves_the_programs_own_options_to_it) {
  const auto run = options({":1234", "app", "--once", "--help", "--attach"});
  EXPECT_THAT(run.arguments, ElementsAre("--once", "--help", "--attach"));
  EXPECT_FALSE(run.once);
}

TEST(CommandLine, takes_a_wrapper_up_to_two_dashes) {
  const auto run = options({"--wrapper", "env", "-u", "X", "--", ":1234", "app", "1"});
  EXPECT_THAT(run.wrapper, ElementsAre("env", "-u", "X"));
  EXPECT_EQ(run.program, "app");
  expect_refused({"--wrapper", "env", ":1234", "app"}, "--wrapper needs");
  expect_refused({"--wrapper", "--", ":1234", "app"}, "--wrapper needs");
}

TEST(CommandLine, says_what_is_missing_or_wrong) {
  expect_refused({}, "no connection given");
  expect_refused({":1234"}, "no program given");
  expect_refused({"--attach", ":1234"}, "exactly one process id");
  expect_refused({"--attach", ":1234", "1", "2"}, "exactly one process id");
  for (const auto* pid : {"x", "0", "-5", "12x", "99999999999"}) expect_refused({"--attach", ":1234", pid}, "is no process id");
  expect_refused({"nowhere", "app"}, "is no connection");
  expect_refused({"--unheard-of", ":1234", "app"}, "remora: ");
}

TEST(CommandLine, knows_gdbservers_debug_options) {
  const auto all = options({"--debug=all", ":1", "app"});
  EXPECT_EQ(all.log.level, "debug");
  EXPECT_TRUE(all.log.packets);
  EXPECT_TRUE(all.log.event_loop);
  const auto some = options({"--debug", "--event-loop-debug", "--debug-format=none", "--debug-file=/x", ":1", "app"});
  EXPECT_EQ(some.log.level, "debug");
  EXPECT_FALSE(some.log.packets);
  EXPECT_TRUE(some.log.event_loop);
  EXPECT_FALSE(some.log.timestamps);
  EXPECT_EQ(some.log.file, "/x");
  EXPECT_TRUE(options({"--remote-debug", "--debug-format=none,timestamp", ":1", "app"}).log.packets);
  EXPECT_TRUE(options({"--debug-format=none,timestamp", ":1", "app"}).log.timestamps);
  expect_refused({"--debug=all,x", ":1", "app"}, "no debug component \"x\"");
  expect_refused({"--debug-format=x", ":1", "app"}, "Unknown debug-format argument: \"x\"");
}

TEST(CommandLine, uses_a_shell_only_if_told_to) {
  EXPECT_FALSE(options({":1", "app"}).shell);
  EXPECT_TRUE(options({"--startup-with-shell", ":1", "app"}).shell);
  EXPECT_FALSE(options({"--no-startup-with-shell", ":1", "app"}).shell);
  EXPECT_FALSE(options({"--startup-with-shell", "--no-escape-args", ":1", "app"}).escape_arguments);
}

TEST(CommandLine, disables_packets_by_name) {
  EXPECT_THAT(options({"--disable-packet=T,qC", ":1", "app"}).disabled_packets, ElementsAre("T", "qC"));
  EXPECT_THAT(options({"--disable-packet", "vCont", ":1", "app"}).disabled_packets, ElementsAre("vCont"));
  expect_refused({"--disable-packet=g", ":1", "app"}, "g");
}

TEST(CommandLine, leaves_what_follows_the_program_to_it) {
  const auto run = options({"--log", "/x", ":1", "app", "--wrapper", "--selftest", "--multi"});
  EXPECT_THAT(run.arguments, ElementsAre("--wrapper", "--selftest", "--multi"));
  EXPECT_THAT(run.wrapper, IsEmpty());
  EXPECT_FALSE(run.multi);
}

TEST(CommandLine, has_no_selftests) {
  for (const auto* word : {"--selftest", "--selftest=x"}) {
    const auto parsed = parse({word});
    ASSERT_TRUE(std::holds_alternative<Leave>(parsed));
    EXPECT_EQ(std::get<Leave>(parsed).status, 0);
    EXPECT_EQ(std::get<Leave>(parsed).text, "Selftests have been disabled for this build.\n");
  }
}

TEST(HostNames, are_found_in_the_file) {
  constexpr std::string_view hosts =
      "# local\n127.0.0.1\tlocalhost\n\n::1  ip6-localhost\tip6-loopback # one\n10.0.0.7 box box.lan\n10.0.0.8 # box2";
  EXPECT_EQ(address_in_hosts(hosts, "ip6-loopback"), "::1");
  EXPECT_EQ(address_in_hosts(hosts, "box.lan"), "10.0.0.7");
  for (const auto* name : {"box2", "one", "10.0.0.7", "", "local"}) EXPECT_FALSE(address_in_hosts(hosts, name)) << name;
}

TEST(CommandLine, shows_help_and_version_and_leaves) {
  for (const auto* word : {"--help", "--version", "-h"}) {
    const auto parsed = parse({word});
    const auto* leave = std::get_if<Leave>(&parsed);
    ASSERT_NE(leave, nullptr);
    EXPECT_EQ(leave->status, 0);
    EXPECT_THAT(leave->text, HasSubstr("remora"));
  }
}

}  // namespace
}  // namespace server
