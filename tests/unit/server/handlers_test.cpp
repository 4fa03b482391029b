// What the handlers answer, over inferiors in the fake kernel.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "protocol/escaping.hpp"
#include "tests/unit/server/conversation.hpp"

namespace server {
namespace {

using support::by;
using support::framed;
using support::Op;
using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const support::Program counts{+Op::Nop, +Op::Store, 0, +Op::Jump, by(-5)};
const support::Program ends{+Op::Nop, +Op::ExitGroup, 7};

class Handlers : public Conversation {
 protected:
  std::string hex(std::string_view text) {
    std::string out;
    protocol::append_hex(out, text);
    return out;
  }
  // The whole object, fetched in pieces of this size.
  std::string transfer(const std::string& object, std::size_t piece = 0x1000) {
    std::string whole;
    for (int i = 0; i < 100; ++i) {
      const auto reply = ask("qXfer:" + object + ":" + protocol::hex_number(whole.size()) + "," + protocol::hex_number(piece));
      EXPECT_THAT(reply, AnyOf(StartsWith("m"), StartsWith("l"))) << object;
      if (reply.empty() || (reply[0] != 'm' && reply[0] != 'l')) return {};
      whole += *protocol::unescape(reply.substr(1));
      if (reply[0] == 'l') return whole;
      EXPECT_GT(reply.size(), 1u) << "a piece without data that claims that more follows";
    }
    return whole;
  }
};

// ---- memory

TEST_F(Handlers, read_and_write_memory) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("m401000,5"), "90f700ebfb");
  EXPECT_EQ(ask("M404010,3:0a0b0c"), "OK");
  EXPECT_EQ(ask("m404010,4"), "0a0b0c00");
  EXPECT_EQ(ask("X404010,2:}\x03*"), "OK");
  EXPECT_EQ(ask("m404010,3"), "232a0c");
  EXPECT_EQ(ask("X404010,0:"), "OK");
  EXPECT_EQ(ask("m404010,0"), "");
}

TEST_F(Handlers, read_up_to_what_is_mapped_and_fail_beyond) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("m401ffe,10").size(), 4u);
  for (const auto* payload : {"m0,1", "m402000,10", "mffffffffffffffff,1", "Mffffffffffffffff,1:00", "M402000,1:00",
                              "M401fff,2:0000", "X0,1:a"})
    EXPECT_THAT(ask(payload), StartsWith("E")) << payload;
}

TEST_F(Handlers, hide_breakpoints_in_memory_and_write_under_them) {
  auto& process = attach(counts);
  be_gdb();
  EXPECT_EQ(ask("Z0,401000,1"), "OK");
  EXPECT_EQ(kernel.text_at(process.pid(), 0), 0xcc);
  EXPECT_EQ(ask("m401000,2"), "90f7");
  EXPECT_EQ(ask("M401000,1:91"), "OK");
  EXPECT_EQ(kernel.text_at(process.pid(), 0), 0xcc);
  EXPECT_EQ(ask("m401000,1"), "91");
}

TEST_F(Handlers, read_binary_memory_with_a_letter_before_it) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("M404000,4:237d242a"), "OK");
  EXPECT_EQ(ask("x404000,4"), "b}\x03}]}\x04}\x0a");
}

// ---- registers

TEST_F(Handlers, read_and_write_registers) {
  attach(counts);
  be_gdb();
  const auto all = ask("g");
  EXPECT_EQ(all.size(), 2 * inferiors->processes().begin()->second->layout().wire_bytes);
  EXPECT_EQ(ask("p10"), "0010400000000000");
  EXPECT_EQ(ask("P10=0110400000000000"), "OK");
  EXPECT_EQ(ask("p10"), "0110400000000000");
  EXPECT_EQ(ask("G" + all), "OK");
  EXPECT_EQ(ask("p10"), "0010400000000000");
  for (const auto* payload : {"pffff", "P10=00", "P10=011040000000000000", "Pffff=00", "G00", "G"})
    EXPECT_THAT(ask(payload), StartsWith("E")) << payload;
}

TEST_F(Handlers, tell_at_once_of_a_register_that_the_kernel_refuses) {
  attach(ends);
  be_gdb();
  EXPECT_THAT(ask("P12=00000000"), StartsWith("E"));
  EXPECT_THAT(resume("vCont;c"), StartsWith("W07"));
}

TEST_F(Handlers, describe_every_register_that_g_has) {
  attach(counts);
  be_gdb();
  const auto xml = transfer("features:read:target.xml");
  std::size_t bits = 0, registers = 0;
  for (auto at = xml.find("bitsize=\""); at != std::string::npos; at = xml.find("bitsize=\"", at + 1)) {
    bits += std::stoul(xml.substr(at + 9));
    ++registers;
  }
  EXPECT_EQ(ask("g").size(), bits / 4);
  EXPECT_THAT(ask("p" + protocol::hex_number(registers - 1)), Not(StartsWith("E")));
  EXPECT_THAT(ask("p" + protocol::hex_number(registers)), StartsWith("E"));
}

TEST_F(Handlers, describe_the_kind_of_program_that_runs) {
  kernel.install(2, {+Op::Jump, by(-2)});
  kernel.narrow.insert("/bin/2");
  attach({+Op::Exec, 2});
  be_gdb();
  EXPECT_THAT(transfer("features:read:target.xml"), HasSubstr("<architecture>i386:x86-64</architecture>"));
  EXPECT_THAT(resume("vCont;c"), HasSubstr("exec:"));
  EXPECT_THAT(transfer("features:read:target.xml"), HasSubstr("<architecture>i386</architecture>"));
  EXPECT_THAT(ask("qProcessInfo"), HasSubstr("ptrsize:4;"));
  EXPECT_EQ(ask("p8"), "00104000");
}

// "Remote 'g' packet reply is too long", says gdb otherwise.
TEST_F(Handlers, give_a_client_without_descriptions_the_registers_that_it_expects) {
  attach(counts);
  be_quiet();
  ask("qSupported:multiprocess+;swbreak+");
  const auto all = ask("g");
  EXPECT_EQ(all.size(), 2 * 560u);
  EXPECT_EQ(ask("G" + all), "OK");
  transfer("features:read:target.xml");
  const auto described = ask("g");
  EXPECT_GT(described.size(), all.size());
  EXPECT_THAT(ask("G" + all), StartsWith("E"));
}

TEST_F(Handlers, hand_out_an_object_alike_in_pieces_of_any_size) {
  attach(counts);
  be_gdb();
  const auto whole = transfer("features:read:target.xml", 0x10000);
  EXPECT_GT(whole.size(), 0x1000u);
  for (const std::size_t piece : {100u, 777u, 0xfffu}) EXPECT_EQ(transfer("features:read:target.xml", piece * 10), whole);
  EXPECT_THAT(ask("qXfer:features:read:nothing.xml:0,100"), StartsWith("E"));
  EXPECT_EQ(ask("qXfer:features:write:target.xml:0:x"), "");
  EXPECT_THAT(ask("qXfer:osdata:read:processes:0,1000"), HasSubstr("fake &lt;one&gt;"));
  EXPECT_EQ(ask("qXfer:osdata:read:nothing:0,1000"), "l");
}

// ---- threads

TEST_F(Handlers, list_threads) {
  attach(counts, {0, 0, 0});
  be_gdb();
  EXPECT_EQ(ask("qfThreadInfo"), "mp64.64,p64.65,p64.66");
  EXPECT_EQ(ask("qsThreadInfo"), "l");
  const auto xml = transfer("threads:read:");
  for (const auto* id : {"\"p64.64\"", "\"p64.65\"", "\"p64.66\""}) EXPECT_THAT(xml, HasSubstr(id));
  EXPECT_EQ(ask("Tp64.66"), "OK");
  EXPECT_THAT(ask("Tp64.67"), StartsWith("E"));
  EXPECT_THAT(ask("Tp65.66"), StartsWith("E"));
}

TEST_F(Handlers, work_on_the_thread_that_was_chosen) {
  attach(counts, {0, 1, 3});
  be_gdb();
  for (const auto& [id, pc] : {std::pair{"p64.64", "00"}, {"p64.65", "01"}, {"p64.66", "03"}}) {
    EXPECT_EQ(ask(std::string("Hg") + id), "OK");
    EXPECT_EQ(ask("p10"), pc + std::string("10400000000000"));
    EXPECT_EQ(ask("qC"), std::string("QC") + id);
  }
  EXPECT_THAT(ask("Hgp64.99"), StartsWith("E"));
  EXPECT_EQ(ask("qC"), "QCp64.66") << "a refused choice changed the thread";
}

TEST_F(Handlers, work_on_the_thread_that_stopped_last) {
  attach(counts, {3, 0});
  be_gdb();
  EXPECT_EQ(ask("Hgp64.64"), "OK");
  EXPECT_THAT(resume("vCont;s:p64.65"), HasSubstr("thread:p64.65;"));
  EXPECT_EQ(ask("qC"), "QCp64.65");
}

// ---- breakpoints

TEST_F(Handlers, insert_and_remove_breakpoints_as_often_as_they_like) {
  auto& process = attach(counts);
  be_gdb();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask("Z0,401000,1"), "OK");
    EXPECT_EQ(ask("Z0,401000,1"), "OK");
    EXPECT_EQ(ask("z0,401000,1"), "OK");
    EXPECT_EQ(ask("z0,401000,1"), "OK");
  }
  EXPECT_THAT(ask("Z0,0,1"), StartsWith("E"));
  EXPECT_THAT(resume("vCont;s"), StartsWith("T05"));
  EXPECT_EQ(kernel.text_at(process.pid(), 0), +Op::Nop);
}

TEST_F(Handlers, watch_memory_and_tell_when_the_registers_are_full) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("Z2,404000,1"), "OK");
  EXPECT_THAT(resume("vCont;c"), HasSubstr("watch:404000;"));
  EXPECT_EQ(ask("Z4,404010,8"), "OK");
  EXPECT_EQ(ask("Z1,401002,1"), "OK");
  EXPECT_EQ(ask("Z2,404020,8"), "OK");
  EXPECT_THAT(ask("Z2,404030,8"), StartsWith("E"));
  EXPECT_THAT(ask("Z2,404030,0"), StartsWith("E"));
  EXPECT_EQ(ask("z4,404010,8"), "OK");
  EXPECT_EQ(ask("Z2,404030,8"), "OK");
}

TEST_F(Handlers, refuse_to_watch_what_is_not_the_programs_and_keep_the_rest) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("Z2,404000,1"), "OK");
  EXPECT_THAT(ask("Z2,ffffffff81000000,8"), StartsWith("E"));
  EXPECT_THAT(resume("vCont;c"), HasSubstr("watch:404000;"));
}

// ---- resuming

TEST_F(Handlers, step_and_continue_with_the_old_packets_too) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("Hc0"), "OK");
  EXPECT_THAT(resume("s"), StartsWith("T05"));
  EXPECT_EQ(ask("p10"), "0110400000000000");
  EXPECT_THAT(resume("s401003"), StartsWith("T05"));
  EXPECT_EQ(ask("p10"), "0010400000000000");
  EXPECT_THAT(resume("C09"), StartsWith("X09"));
}

TEST_F(Handlers, tell_how_a_program_ended_and_that_nothing_is_left) {
  attach(ends);
  be_gdb();
  EXPECT_EQ(resume("vCont;c"), "W07;process:64");
  EXPECT_EQ(ask("qfThreadInfo"), "l");
  EXPECT_THAT(ask("vCont;c"), StartsWith("E"));
  EXPECT_THAT(ask("g"), StartsWith("E"));
}

TEST_F(Handlers, refuse_to_resume_what_is_not_there_and_leave_all_as_it_was) {
  attach(counts);
  be_gdb();
  for (const auto* payload : {"vCont;c:p64.99", "vCont;c:p99.-1", "vCont;s:99", "vCont", "vCont;", "vCont;q"})
    EXPECT_THAT(ask(payload), AnyOf(StartsWith("E"), "")) << payload;
  EXPECT_TRUE(inferiors->halted());
  EXPECT_THAT(resume("vCont;s"), StartsWith("T05"));
}

TEST_F(Handlers, answer_the_question_why_it_stopped_as_often_as_it_is_asked) {
  attach(counts);
  be_gdb();
  EXPECT_EQ(ask("Z0,401000,1"), "OK");
  const auto told = resume("vCont;c");
  EXPECT_EQ(ask("?"), told);
  EXPECT_EQ(ask("?"), told);
}

TEST_F(Handlers, catch_system_calls) {
  attach({+Op::Syscall, 1, +Op::Syscall, 39, +Op::Jump, by(-2)});
  be_gdb();
  EXPECT_EQ(ask("QCatchSyscalls:1;27"), "OK");
  EXPECT_THAT(resume("vCont;c"), HasSubstr("syscall_entry:27;"));
  EXPECT_THAT(resume("vCont;c"), HasSubstr("syscall_return:27;"));
  EXPECT_EQ(ask("QCatchSyscalls:0"), "OK");
}

TEST_F(Handlers, tell_of_forks_only_to_who_can_tell_processes_apart) {
  kernel.install(1, {+Op::Fork, +Op::Jump, by(-2)});
  be_gdb();
  EXPECT_THAT(ask("vRun;2f62696e2f31"), StartsWith("T05"));
  EXPECT_THAT(resume("vCont;c"), HasSubstr("fork:p"));
}

TEST_F(Handlers, keep_forks_from_who_can_not) {
  kernel.install(1, {+Op::Fork, +Op::Jump, by(-2)});
  be_quiet();
  ask("qSupported:fork-events+;vfork-events+");
  EXPECT_THAT(ask("vRun;2f62696e2f31"), StartsWith("T05"));
  EXPECT_THAT(receive(framed("vCont;c")), IsEmpty());
  for (int i = 0; i < 10; ++i) inferiors->poll();
  EXPECT_THAT(heard(), IsEmpty());
}

// ---- processes

TEST_F(Handlers, run_attach_kill_and_detach) {
  kernel.install(1, ends);
  const auto other = kernel.start(counts);
  be_gdb();
  EXPECT_EQ(ask("!"), "OK");
  EXPECT_THAT(ask("vRun;2f62696e2f31"), StartsWith("T05"));
  EXPECT_EQ(ask("qAttached"), "0");
  EXPECT_THAT(resume("vCont;c"), StartsWith("W07"));
  EXPECT_THAT(ask("vRun;2f6e6f"), StartsWith("E"));
  const auto pid = protocol::hex_number(static_cast<std::uint64_t>(other.value));
  EXPECT_THAT(ask("vAttach;" + pid), StartsWith("T05"));
  EXPECT_EQ(ask("qAttached"), "1");
  EXPECT_EQ(ask("D;" + pid), "OK");
  EXPECT_TRUE(kernel.alive(other));
  EXPECT_THAT(ask("vAttach;" + pid), StartsWith("T05"));
  EXPECT_EQ(ask("vKill;" + pid), "OK");
  EXPECT_FALSE(kernel.alive(other));
  EXPECT_THAT(ask("vKill;" + pid), StartsWith("E"));
  EXPECT_THAT(ask("vAttach;7fffffff"), StartsWith("E"));
}

TEST_F(Handlers, launch_as_lldb_asks_and_remember_why_not) {
  kernel.install(1, ends);
  be_quiet();
  EXPECT_THAT(ask("A4,0,2f78"), StartsWith("E"));
  EXPECT_EQ(ask("qLaunchSuccess"), "ECannot exec /x: No such file or directory");
  EXPECT_EQ(ask("A12,0,2f62696e2f31,0,1,"), "OK");
  EXPECT_EQ(ask("qLaunchSuccess"), "OK");
  EXPECT_EQ(session->client().launch.arguments, std::vector<std::string>{""});
  EXPECT_EQ(ask("I6869"), "OK");
  EXPECT_EQ(typed, "hi");
  EXPECT_THAT(resume("c"), StartsWith("W07"));
  EXPECT_THAT(ask("I6869"), StartsWith("E")) << "nobody is left to read it";
}

TEST_F(Handlers, tell_lldb_of_the_end_that_k_makes) {
  const auto pid = attach(counts).pid();
  be_quiet();
  EXPECT_EQ(ask("QSetDetachOnError:1"), "OK");
  EXPECT_EQ(ask("k"), "X09");
  EXPECT_FALSE(kernel.alive(pid));
  EXPECT_FALSE(quits) << "lldb ends the connection when it is done with it";
  EXPECT_THAT(ask("k"), StartsWith("E"));
}

TEST_F(Handlers, attach_by_name_if_it_is_clear_who_is_meant) {
  be_quiet();
  EXPECT_THAT(ask("vAttachName;" + hex("started")), StartsWith("E"));
  kernel.start(counts);
  EXPECT_THAT(ask("vAttachOrWait;" + hex("/usr/bin/started")), StartsWith("T"));
  EXPECT_EQ(ask("D"), "OK");
  kernel.start(counts);
  for (const auto* packet : {"vAttachName;", "vAttachOrWait;"})
    EXPECT_THAT(ask(packet + hex("started")), StartsWith("E"));
}

TEST_F(Handlers, wait_for_a_new_process_of_a_name) {
  kernel.start(counts);
  be_quiet();
  EXPECT_THAT(receive(framed("vAttachWait;" + hex("started"))), IsEmpty());
  session->look_for_program();
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(ask("vMustReplyEmpty"), "") << "the server is not kept waiting";
  kernel.start(counts);
  session->look_for_program();
  EXPECT_THAT(heard(), ElementsAre(StartsWith("T")));
  EXPECT_FALSE(session->awaits_program());
}

TEST_F(Handlers, give_up_waiting_at_an_interrupt) {
  be_quiet();
  EXPECT_THAT(receive(framed("vAttachWait;" + hex("started"))), IsEmpty());
  EXPECT_THAT(receive("\x03"), ElementsAre(StartsWith("E")));
  EXPECT_FALSE(session->awaits_program());
}

TEST_F(Handlers, end_the_server_with_k_unless_it_is_extended) {
  const auto pid = attach(counts).pid();
  be_gdb();
  EXPECT_THAT(receive(framed("k")), IsEmpty());
  EXPECT_TRUE(quits);
  EXPECT_FALSE(kernel.alive(pid));
}

// ---- others

TEST_F(Handlers, answer_monitor_commands) {
  attach(counts);
  be_gdb();
  const auto replies = receive(framed("qRcmd," + hex("help")));
  EXPECT_THAT(replies, Not(IsEmpty()));
  EXPECT_THAT(receive(framed("qRcmd," + hex("nonsense"))), Not(IsEmpty()));
  EXPECT_THAT(ask("qRcmd,xyz"), StartsWith("E"));
  for (const auto* command : {"threads", "maps", "stats", "disassemble $pc", "disassemble 401000 2", "disassemble 0x401000",
                              "set debug 0", "set debug all off", "set debug-format all"})
    EXPECT_THAT(receive(framed("qRcmd," + hex(command))).back(), "OK") << command;
  for (const auto* command : {"disassemble", "disassemble $sp", "disassemble 401000 0", "disassemble 401000 -1",
                              "disassemble 0 1", "disassemble 401000 99999999999999999999", "set debug", "set debug x 1",
                              "set debug-format", "set debug-format ,", "set debug-file /dev/null/file", "exits"})
    EXPECT_THAT(receive(framed("qRcmd," + hex(command))).back(), StartsWith("E")) << command;
}

TEST_F(Handlers, read_host_files) {
  be_gdb();
  EXPECT_EQ(ask("vFile:setfs:0"), "F0");
  const auto opened = ask("vFile:open:" + hex("/file") + ",0,0");
  ASSERT_THAT(opened, StartsWith("F"));
  const auto number = opened.substr(1);
  EXPECT_THAT(ask("vFile:pread:" + number + ",4,0"), "F4;what");
  EXPECT_THAT(ask("vFile:pread:" + number + ",100,1000"), "F0;");
  EXPECT_EQ(ask("vFile:close:" + number), "F0");
  EXPECT_THAT(ask("vFile:close:" + number), StartsWith("F-1"));
  EXPECT_THAT(ask("vFile:open:" + hex("/no/such/file") + ",0,0"), "F-1,2");
  EXPECT_THAT(ask("vFile:pread:99,4,0"), StartsWith("F-1"));
}

// ---- non-stop

TEST_F(Handlers, notify_of_stops_one_at_a_time_in_non_stop_mode) {
  attach(counts, {0, 0});
  be_gdb();
  EXPECT_EQ(ask("QNonStop:1"), "OK");
  EXPECT_EQ(ask("Z0,401000,1"), "OK");
  (void)ask("?");
  while (ask("vStopped") != "OK") {
  }
  EXPECT_THAT(receive(framed("vCont;c:p64.-1")), ElementsAre("OK"));
  for (int i = 0; i < 20 && sent.empty(); ++i) inferiors->poll();
  const auto notified = heard();
  ASSERT_EQ(notified.size(), 1u);
  EXPECT_THAT(notified[0], AllOf(StartsWith("%Stop:T05"), HasSubstr("swbreak")));
  EXPECT_THAT(ask("vStopped"), StartsWith("T05"));
  EXPECT_EQ(ask("vStopped"), "OK");
}

TEST_F(Handlers, CoresAreSavedOfWhatStands) {
  attach(counts, {0, 1});
  be_gdb();
  const auto reply = ask("qSaveCore;path-hint:" + hex("/nowhere/core"));
  ASSERT_THAT(reply, StartsWith("core-path:"));
  const auto path = *protocol::decode_hex(reply.substr(10));
  EXPECT_EQ(access(path.c_str(), R_OK), 0) << path;
  EXPECT_THAT(ask("qSaveCore;path-hint:7"), StartsWith("E"));
  session.reset();
  EXPECT_NE(access(path.c_str(), F_OK), 0) << path;
}

TEST_F(Handlers, NoCoreOfNothing) {
  be_gdb();
  EXPECT_THAT(ask("qSaveCore"), StartsWith("E"));
  EXPECT_THAT(ask("qFileLoadAddress:" + hex("/file")), StartsWith("E"));
}

TEST_F(Handlers, ModulesNeedNoProcess) {
  be_gdb();
  EXPECT_THAT(ask("qModuleInfo:" + hex("/file") + ";" + hex("x86_64-pc-linux-gnu")), StartsWith("E"));
  EXPECT_EQ(ask(R"(jModulesInfo:[{"file":"/file","triple":"x86_64"}]])"), "[]");
  EXPECT_THAT(*protocol::unescape(ask("jSignalsInfo")), AllOf(StartsWith(R"([{"description":"hangup")"), testing::EndsWith("}]")));
}

TEST_F(Handlers, LoadAddresses) {
  const auto& process = attach(counts);
  be_gdb();
  const auto program = process.executable();
  ASSERT_TRUE(program);
  EXPECT_EQ(ask("qFileLoadAddress:" + hex(*program)), "401000");
  EXPECT_THAT(ask("qFileLoadAddress:" + hex("/nowhere")), StartsWith("E"));
}

}  // namespace
}  // namespace server
