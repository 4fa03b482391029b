#include "server/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/conversation.hpp"

namespace server {
namespace {

using support::by;
using support::framed;
using support::Op;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const support::Program counts{+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5)};

class SessionTest : public Conversation {};

TEST_F(SessionTest, acknowledges_until_it_is_told_not_to) {
  EXPECT_THAT(receive(framed("qSupported:swbreak+")), ElementsAre("+", StartsWith("PacketSize=")));
  // The reply that agrees is the last to be acknowledged.
  EXPECT_THAT(receive(framed("QStartNoAckMode")), ElementsAre("+", "OK"));
  EXPECT_THAT(receive("+" + framed("vMustReplyEmpty")), ElementsAre(""));
}

TEST_F(SessionTest, answers_what_it_does_not_know_with_the_empty_packet) {
  be_quiet();
  for (const auto* payload : {"vMustReplyEmpty", "nonsense", "", "QUnheardOf:1", "vUnheardOf;1", "qUnheardOf", "\x01"})
    EXPECT_EQ(ask(payload), "") << payload;
}

TEST_F(SessionTest, answers_what_breaks_the_grammar_with_an_error) {
  attach(counts);
  be_quiet();
  for (const auto* payload : {"m", "mxyz", "m0", "M0,2:00", "X0,1:", "G0", "p", "Pzz=00", "Z0", "Z9,0,1", "Hx0", "T",
                              "vCont;x", "vAttach;", "vKill;x", "QPassSignals:x", "qXfer:features:read:target.xml"})
    EXPECT_THAT(ask(payload), StartsWith("E")) << payload;
}

TEST_F(SessionTest, sends_its_last_packet_again_on_request) {
  const auto first = receive(framed("qSupported"));
  EXPECT_THAT(receive("-"), ElementsAre(first.back()));
  EXPECT_THAT(receive("+"), IsEmpty());
}

TEST_F(SessionTest, asks_for_a_packet_again_whose_checksum_is_wrong) {
  EXPECT_THAT(receive("$?#00"), ElementsAre("-"));
}

TEST_F(SessionTest, does_not_look_at_checksums_without_acknowledgements) {
  be_quiet();
  EXPECT_THAT(receive("$?#00"), ElementsAre("W00"));
}

TEST_F(SessionTest, answers_several_packets_that_come_at_once_in_order) {
  be_quiet();
  EXPECT_THAT(receive(framed("vMustReplyEmpty") + framed("QNonStop:0") + framed("QNonStop:2")),
              ElementsAre("", "OK", StartsWith("E")));
}

TEST_F(SessionTest, answers_a_packet_that_comes_in_pieces_once_it_is_whole) {
  be_quiet();
  const auto bytes = framed("QNonStop:0");
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) EXPECT_THAT(receive(bytes.substr(i, 1)), IsEmpty());
  EXPECT_THAT(receive(bytes.substr(bytes.size() - 1)), ElementsAre("OK"));
}

TEST_F(SessionTest, refuses_a_packet_that_is_too_long_and_goes_on) {
  be_quiet();
  EXPECT_THAT(receive(framed(std::string(3 << 20, 'x'))), ElementsAre(StartsWith("E")));
  EXPECT_EQ(ask("vMustReplyEmpty"), "");
}

TEST_F(SessionTest, takes_the_longest_write_that_it_offers) {
  attach(counts);
  be_quiet();
  const auto size = std::stoul(ask("qSupported").substr(std::string("PacketSize=").size()), nullptr, 16);
  std::string escaped;
  while (escaped.size() + 24 < size) escaped += "}\x03";
  char head[32];
  std::snprintf(head, sizeof head, "X404000,%zx:", escaped.size() / 2);
  EXPECT_THAT(ask(head + escaped), StartsWith("E"));  // understood, but there is no such memory
  EXPECT_EQ(ask("X404000,2:}\x03}\x03"), "OK");
}

TEST_F(SessionTest, hangs_up_on_who_is_no_debugger) {
  (void)receive("GET / HTTP/1.1\r\n");
  EXPECT_TRUE(hung_up);
}

TEST_F(SessionTest, bears_noise_from_a_debugger) {
  be_quiet();
  (void)receive("\r\n");
  EXPECT_FALSE(hung_up);
  EXPECT_EQ(ask("vMustReplyEmpty"), "");
}

TEST_F(SessionTest, answers_a_resume_when_something_has_happened) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("Z0,401000,1"), "OK");
  EXPECT_THAT(resume("vCont;c"), testing::AllOf(StartsWith("T05swbreak:;"), HasSubstr("thread:p64.64;")));
}

TEST_F(SessionTest, interrupts_a_running_program) {
  attach(counts);
  be_gdb();
  EXPECT_THAT(receive(framed("vCont;c")), IsEmpty());
  EXPECT_THAT(receive("\x03"), IsEmpty());
  inferiors->poll();
  EXPECT_THAT(heard(), ElementsAre(StartsWith("T02")));
  EXPECT_THAT(receive("\x03"), IsEmpty());
}

TEST_F(SessionTest, shows_output_while_the_client_waits_for_a_stop) {
  attach(counts);
  be_gdb();
  EXPECT_FALSE(session->takes_output());
  EXPECT_THAT(receive(framed("vCont;c")), IsEmpty());
  EXPECT_TRUE(session->takes_output());
  session->show_output("hi");
  EXPECT_THAT(heard(), ElementsAre("O6869"));
  (void)receive("\x03");
  inferiors->poll();
  EXPECT_FALSE(session->takes_output());
}

TEST_F(SessionTest, notifies_of_output_one_piece_at_a_time) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("QNonStop:1"), "OK");
  session->show_output("hi");
  EXPECT_THAT(sent, StartsWith("%Stdio:O6869#"));
  sent.clear();
  EXPECT_FALSE(session->takes_output()) << "the rest stays where it is until the client asks";
  session->show_output("ho");  // that was there before a stop
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(ask("vStdio"), "O686f");
  EXPECT_EQ(ask("vStdio"), "OK");
  EXPECT_EQ(ask("vStdio"), "OK");
  EXPECT_TRUE(session->takes_output());
}

TEST_F(SessionTest, refuses_what_needs_a_stopped_thread_while_it_runs) {
  attach(counts);
  be_gdb();
  EXPECT_THAT(receive(framed("vCont;c")), IsEmpty());
  for (const auto* payload : {"g", "p0", "vCont;c", "P0=0000000000000000"}) EXPECT_THAT(ask(payload), StartsWith("E")) << payload;
  EXPECT_THAT(ask("m401000,1"), testing::AnyOf(StartsWith("E"), "90"));
}

TEST_F(SessionTest, says_that_there_is_nothing_to_debug) {
  be_gdb();
  EXPECT_EQ(ask("?"), "W00");
  for (const auto* payload : {"g", "m0,1", "vCont;c", "Z0,401000,1", "qC", "D", "c", "p0"})
    EXPECT_THAT(ask(payload), StartsWith("E")) << payload;
  EXPECT_EQ(ask("qfThreadInfo"), "l");
}

TEST_F(SessionTest, acts_as_if_it_did_not_know_disabled_packets) {
  attach(counts);
  session->disable({"vCont", "threads"});
  be_quiet();
  EXPECT_EQ(ask("vCont?"), "");
  EXPECT_EQ(ask("vCont;c"), "");
  EXPECT_EQ(ask("qC"), "");
  EXPECT_EQ(ask("qfThreadInfo"), "");
}

}  // namespace
}  // namespace server
