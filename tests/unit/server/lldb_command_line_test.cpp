#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/command_line/forms.hpp"

namespace server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CommandLine parse(std::vector<const char*> words, const char* name = "remora") {
  words.insert(words.begin(), name);
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

Options options(std::vector<const char*> words) {
  words.insert(words.begin(), "gdbserver");
  auto parsed = parse(std::move(words));
  if (const auto* leave = std::get_if<Leave>(&parsed)) ADD_FAILURE() << leave->text;
  const auto* found = std::get_if<Options>(&parsed);
  return found != nullptr ? *found : Options{};
}

void expect_refused(std::vector<const char*> words, const std::string& why) {
  words.insert(words.begin(), "gdbserver");
  const auto parsed = parse(std::move(words));
  const auto* leave = std::get_if<Leave>(&parsed);
  ASSERT_NE(leave, nullptr);
  EXPECT_EQ(leave->status, 1);
  EXPECT_THAT(leave->text, HasSubstr(why));
}

template <class Kind>
Kind endpoint(const std::string& text) {
  const auto parsed = parse_lldb_endpoint(text, false);
  if (const auto* found = std::get_if<Endpoint>(&parsed))
    if (const auto* kind = std::get_if<Kind>(found)) return *kind;
  ADD_FAILURE() << text;
  return {};
}

template <class Kind>
Kind dialled(const std::string& text, bool dials = true) {
  const auto parsed = parse_lldb_endpoint(text, dials);
  if (const auto* found = std::get_if<Endpoint>(&parsed))
    if (const auto* dial = std::get_if<DialEndpoint>(found))
      if (const auto* kind = std::get_if<Kind>(&dial->where)) return *kind;
  ADD_FAILURE() << text;
  return {};
}

TEST(LldbEndpoint, knows_every_form) {
  EXPECT_EQ(endpoint<TcpEndpoint>(":1234").port, 1234);
  EXPECT_EQ(endpoint<TcpEndpoint>("localhost:0").host, "localhost");
  EXPECT_EQ(endpoint<TcpEndpoint>("*:0").host, "0.0.0.0");
  EXPECT_EQ(endpoint<TcpEndpoint>("[::1]:0").host, "::1");
  EXPECT_EQ(endpoint<TcpEndpoint>("tcp://[127.0.0.1]:5").host, "127.0.0.1");
  EXPECT_EQ(endpoint<TcpEndpoint>("listen://localhost:5/").port, 5);
  EXPECT_EQ(endpoint<TcpEndpoint>("1234").port, 1234);
  EXPECT_EQ(endpoint<UnixEndpoint>("/tmp/socket").path, "/tmp/socket");
  EXPECT_EQ(endpoint<UnixEndpoint>("unix:///tmp/socket").path, "/tmp/socket");
  EXPECT_TRUE(endpoint<UnixEndpoint>("unix-abstract://name").abstract);
  EXPECT_EQ(endpoint<DeviceEndpoint>("serial:///dev/pts/3").path, "/dev/pts/3");
  EXPECT_EQ(endpoint<InheritedEndpoint>("fd://7").descriptor, 7);
}

TEST(LldbEndpoint, dials) {
  EXPECT_EQ(dialled<TcpEndpoint>("[127.0.0.1]:5").port, 5);
  EXPECT_EQ(dialled<TcpEndpoint>("connect://[127.0.0.1]:5", false).port, 5);
  EXPECT_EQ(dialled<UnixEndpoint>("/tmp/socket").path, "/tmp/socket");
  EXPECT_EQ(dialled<UnixEndpoint>("unix-connect:///tmp/socket", false).path, "/tmp/socket");
  EXPECT_TRUE(dialled<UnixEndpoint>("unix-abstract-connect://name", false).abstract);
}

TEST(LldbEndpoint, says_what_is_wrong) {
  for (const auto* text : {"tcp://", "tcp://localhost:x", "nothing://x:1", "localhost:70000", "fd://x", "fd://-1"})
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_lldb_endpoint(text, false))) << text;
}

TEST(LldbCommandLine, is_told_by_its_first_word) {
  EXPECT_EQ(std::get<Options>(parse({"g", ":1"})).form, Form::LldbServer);
  EXPECT_EQ(std::get<Options>(parse({"gdbserver", ":1"}, "/x/lldb-server-19")).form, Form::LldbServer);
  EXPECT_EQ(std::get<Leave>(parse({":1", "prog"}, "lldb-server")).status, 1);
  EXPECT_EQ(std::get<Leave>(parse({"version"}, "lldb-server")).status, 0);
  EXPECT_EQ(std::get<Options>(parse({":1", "gdbserver"})).form, Form::Gdbserver);
}

TEST(LldbCommandLine, takes_options_in_every_spelling) {
  for (const auto* fd : {"--fd=3", "-fd=3"}) EXPECT_EQ(std::get<InheritedEndpoint>(options({fd}).endpoint).descriptor, 3);
  EXPECT_EQ(options({"--pipe", "4", ":0"}).port_report.descriptor, 4);
  EXPECT_EQ(options({"-pipe=4", ":0"}).port_report.descriptor, 4);
  EXPECT_EQ(options({":0", "-named-pipe", "/p"}).port_report.named_pipe, "/p");
  EXPECT_EQ(options({"-attach", "12", ":0"}).attach, target::Pid{12});
  EXPECT_EQ(options({"--attach=name", ":0"}).attach_name, "name");
  for (const auto* word : {"-S", "--setsid", "-setsid"}) EXPECT_TRUE(options({word, ":0"}).new_session) << word;
  for (const auto* word : {"-r", "--native-regs", "-native-regs"}) options({word, ":0"});
  dialled<TcpEndpoint>("localhost:1");
  EXPECT_TRUE(std::holds_alternative<DialEndpoint>(options({"--reverse-connect", "localhost:1"}).endpoint));
}

TEST(LldbCommandLine, finds_the_program) {
  const auto plain = options({":0", "prog", "--named-pipe", "/p", "[x]"});
  EXPECT_EQ(plain.program, "prog");
  EXPECT_THAT(plain.arguments, ElementsAre("[x]"));
  EXPECT_EQ(plain.port_report.named_pipe, "/p");
  EXPECT_TRUE(plain.forward_stdio);
  EXPECT_TRUE(plain.once);
  EXPECT_FALSE(plain.multi);
  const auto dashed = options({":0", "--", "prog", "--fd=3", "--", "y"});
  EXPECT_EQ(dashed.program, "prog");
  EXPECT_THAT(dashed.arguments, ElementsAre("--fd=3", "--", "y"));
  EXPECT_EQ(options({"--fd=3", "--", "prog"}).program, "prog");
  EXPECT_EQ(options({"--fd=3", "ignored:0", "--", "prog"}).program, "prog");
  EXPECT_TRUE(options({":0"}).multi);
  EXPECT_THAT(options({":0"}).program, IsEmpty());
}

TEST(LldbCommandLine, takes_lldbs_words_for_the_log) {
  EXPECT_TRUE(options({":0", "--log-channels", "gdb-remote packets", "--log-file=/l"}).log.packets);
  EXPECT_EQ(options({":0", "--log-file=/l"}).log.file, "/l");
  EXPECT_EQ(options({":0", "--log-channels=gdb-remote packets"}).log.level, "warning");
  EXPECT_EQ(options({":0", "--log-channels=lldb process thread:posix all"}).log.level, "debug");
  EXPECT_FALSE(options({":0", "--log-channels=lldb all"}).log.packets);
  options({":0", "--log-file=", "--log-channels="});
}

TEST(LldbCommandLine, refuses_what_it_does_not_understand) {
  expect_refused({}, "connection");
  expect_refused({"--bogus", ":0"}, "--bogus");
  expect_refused({":0", "prog", "-x"}, "-x");
  expect_refused({"--fd=x"}, "fd");
  expect_refused({"--fd=-2"}, "fd");
  expect_refused({"--pipe=-2", ":0"}, "pipe");
  expect_refused({"--attach"}, "attach");
}

PlatformOptions platform(std::vector<const char*> words) {
  words.insert(words.begin(), "platform");
  auto parsed = parse(std::move(words));
  if (const auto* leave = std::get_if<Leave>(&parsed)) ADD_FAILURE() << leave->text;
  const auto* found = std::get_if<PlatformOptions>(&parsed);
  return found != nullptr ? *found : PlatformOptions{};
}

TEST(PlatformCommandLine, takes_every_option) {
  const auto options = platform({"--listen", "*:5", "--server", "-f", "/f", "-m", "10", "--max-gdbserver-port=20",
                                 "--log-channels=gdb-remote packets", "--", "prog", "--server"});
  EXPECT_EQ(std::get<TcpEndpoint>(options.endpoint).port, 5);
  EXPECT_TRUE(options.stays);
  EXPECT_EQ(options.socket_file, "/f");
  EXPECT_EQ(options.server_ports.first, 10);
  EXPECT_EQ(options.server_ports.last, 19);
  EXPECT_TRUE(options.log.packets);
  EXPECT_THAT(options.program, ElementsAre("prog", "--server"));
  EXPECT_EQ(platform({"-L", ":0", "--gdbserver-port", "7"}).server_ports.last, 7);
  EXPECT_FALSE(platform({"-listen=:0"}).stays);
}

TEST(PlatformCommandLine, refuses_what_it_does_not_understand) {
  for (const auto& words : std::vector<std::vector<const char*>>{
           {"p"}, {"p", "--listen"}, {"p", "--listen", "fd://3"}, {"p", "--listen", ":0", "--bogus"},
           {"p", "--listen", ":0", "-m", "5"}, {"p", "--listen", ":0", "-m", "5", "-M", "5"}, {"p", "-L", ":0", "-P", "70000"}})
    EXPECT_TRUE(std::holds_alternative<Leave>(parse(words))) << words.back();
}

}  // namespace
}  // namespace server
