#include "protocol/features.hpp"

#include <gtest/gtest.h>

namespace protocol {
namespace {

Features agreed(std::string_view terms, Features before = {}) {
  agree(before, terms);
  return before;
}

TEST(Features, takes_over_what_gdb_announces) {
  const auto gdb = agreed(
      "multiprocess+;swbreak+;hwbreak+;qRelocInsn+;fork-events+;vfork-events+;exec-events+;"
      "vContSupported+;QThreadEvents+;no-resumed+;memory-tagging+;xmlRegisters=i386;error-message+");
  EXPECT_TRUE(gdb.multiprocess);
  EXPECT_TRUE(gdb.swbreak);
  EXPECT_TRUE(gdb.hwbreak);
  EXPECT_TRUE(gdb.exec_events);
  EXPECT_TRUE(gdb.no_resumed);
  EXPECT_TRUE(gdb.error_message);
  EXPECT_TRUE(gdb.xml_registers);
  EXPECT_FALSE(gdb.error_strings);
  EXPECT_EQ(gdb.signals, SignalNumbering::Gdb);
}

TEST(Features, takes_over_what_lldb_announces) {
  const auto lldb = agreed("xmlRegisters=i386,arm,mips,arc;multiprocess+;fork-events+;vfork-events+");
  EXPECT_TRUE(lldb.multiprocess);
  EXPECT_TRUE(lldb.xml_registers);
  EXPECT_FALSE(lldb.swbreak);
  EXPECT_FALSE(lldb.exec_events);
}

TEST(Features, takes_back_what_a_client_denies) {
  EXPECT_FALSE(agreed("swbreak-", agreed("swbreak+")).swbreak);
}

TEST(Features, knows_who_understands_descriptions_of_x86) {
  EXPECT_TRUE(agreed("xmlRegisters=arm,i386").xml_registers);
  for (const auto* terms : {"multiprocess+", "xmlRegisters=", "xmlRegisters=arm,mips", "xmlRegisters=i386x",
                            "xmlRegisters+", "xmlRegisters", "xmlRegisters=,,", "noxmlRegisters=i386"})
    EXPECT_FALSE(agreed(terms).xml_registers) << terms;
}

TEST(Features, minds_no_term_that_it_does_not_know) {
  for (const auto* terms : {"", ";", ";;;", "+", "-", "=", "swbreak", "swbreak?", "swbreak=+x", "xswbreak+",
                            "swbreak+x", "no=swbreak+", "\xff\xfe+"})
    EXPECT_EQ(agreed(terms), Features{}) << terms;
  EXPECT_TRUE(agreed("unheard-of+;;swbreak+;").swbreak);
}

TEST(Features, offers_what_it_is_given_behind_the_packet_size_in_hex) {
  EXPECT_EQ(supported_reply({}, {}), "PacketSize=40000");
  EXPECT_EQ(supported_reply({"swbreak+", "QPassSignals+"}, {}), "PacketSize=40000;swbreak+;QPassSignals+");
}

}  // namespace
}  // namespace protocol
