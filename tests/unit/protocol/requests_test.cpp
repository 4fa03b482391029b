// Text in, struct out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "protocol/requests/breakpoints.hpp"
#include "protocol/requests/core.hpp"
#include "protocol/requests/host_files.hpp"
#include "protocol/requests/launch.hpp"
#include "protocol/requests/memory.hpp"
#include "protocol/requests/modules.hpp"
#include "protocol/requests/processes.hpp"
#include "protocol/requests/registers.hpp"
#include "protocol/requests/resume.hpp"
#include "protocol/requests/syscalls.hpp"
#include "protocol/requests/thread_events.hpp"
#include "protocol/requests/threads.hpp"
#include "protocol/requests/transfer.hpp"

namespace protocol::requests {
namespace {

using target::Address;
using target::Pid;
using target::ResumeAction;
using target::Signal;
using target::ThreadSelector;
using target::Tid;
using testing::ElementsAre;
using testing::IsEmpty;
using Match = ThreadSelector::Match;

template <class Request>
std::optional<Request> parse(std::string_view text) {
  return Request::parse(FieldReader(text));
}

template <class Request>
std::optional<Request> parse(std::string_view text, SignalNumbering numbering) {
  return Request::parse(FieldReader(text), numbering);
}

template <class Request>
void expect_refused(std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) EXPECT_FALSE(parse<Request>(text)) << '"' << text << '"';
}

template <class Request>
void expect_refused(std::initializer_list<std::string_view> texts, SignalNumbering numbering) {
  for (const auto text : texts) EXPECT_FALSE(parse<Request>(text, numbering)) << '"' << text << '"';
}

// ---- memory

TEST(ReadMemory, follows_its_grammar) {
  const auto request = parse<ReadMemory>("7fff0000abcd,40");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->address, Address{0x7fff0000abcd});
  EXPECT_EQ(request->length, 0x40u);
  EXPECT_EQ(parse<ReadMemory>("0,0")->length, 0u);
  EXPECT_EQ(parse<ReadMemory>("ffffffffffffffff,ffffffffffffffff")->length, ~std::uint64_t{0});
  expect_refused<ReadMemory>({"", ",", "0", "0,", ",4", "0,4,", "0,4;", "0;4", "-1,4", "0,-1", "0x0,4", " 0,4",
                              "10000000000000000,1", "1,10000000000000000"});
}

TEST(WriteMemory, wants_as_many_bytes_as_it_announces) {
  const auto request = parse<WriteMemory>("1000,2:0aff");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->address, Address{0x1000});
  EXPECT_EQ(request->bytes, "\x0a\xff");
  EXPECT_EQ(parse<WriteMemory>("1000,0:")->bytes, "");
  expect_refused<WriteMemory>({"", "1000,2", "1000,2:", "1000,2:0a", "1000,2:0af", "1000,2:0aff00", "1000,2:0ag0",
                               "1000,1:0a;", "1000:1,0a", "1000,ffffffffffffffff:0a"});
}

TEST(WriteBinaryMemory, unescapes_and_counts_what_comes_out) {
  EXPECT_EQ(parse<WriteBinaryMemory>("1000,3:a}\x03:")->bytes, "a#:");
  EXPECT_EQ(parse<WriteBinaryMemory>("1000,0:")->bytes, "");
  EXPECT_EQ(parse<WriteBinaryMemory>("1000,2:*+")->bytes, "*+");
  expect_refused<WriteBinaryMemory>({"1000,0", "1000,2:a", "1000,1:ab", "1000,1:}", "1000,2:a}", "1000,1"});
}

// ---- registers

TEST(RegisterRequests, follow_their_grammar) {
  EXPECT_EQ(parse<ReadRegister>("10")->number, 0x10u);
  expect_refused<ReadRegister>({"", "g", "1;", "1=", "100000000"});

  const auto write = parse<WriteRegister>("10=efcdab8967452301");
  ASSERT_TRUE(write);
  EXPECT_EQ(write->number, 0x10u);
  EXPECT_EQ(write->bytes, "\xef\xcd\xab\x89\x67\x45\x23\x01");
  expect_refused<WriteRegister>({"", "10", "=00", "10=0", "10=0x", "10=00;", "10:00"});

  EXPECT_EQ(parse<WriteAllRegisters>("00ff")->bytes, std::string("\0\xff", 2));
  expect_refused<WriteAllRegisters>({"0", "0g", "00 "});
}

// ---- breakpoints

TEST(InsertBreakpoint, follows_its_grammar) {
  using Code = target::HitCode;
  const auto plain = parse<InsertBreakpoint>("0,401000,1");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->point.address, Address{0x401000});
  EXPECT_TRUE(plain->code.empty());
  const auto conditions = parse<InsertBreakpoint>("1,1,1;X3,220127X2,2227");
  ASSERT_TRUE(conditions);
  EXPECT_EQ(conditions->code, (Code{{{0x22, 1, 0x27}, {0x22, 0x27}}, {}, false}));
  const auto both = parse<InsertBreakpoint>("0,1,1;X1,27;cmds:1,X1,29X2,2928");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->code, (Code{{{0x27}}, {{0x29}, {0x29, 0x28}}, true}));
  EXPECT_FALSE(parse<InsertBreakpoint>("0,1,1;cmds:0,X1,27")->code.persistent);
  expect_refused<InsertBreakpoint>({"", "0,1,1;", "0,1,1;X", "0,1,1;X1", "0,1,1;X1,", "0,1,1;X1,2", "0,1,1;X2,27",
                                    "0,1,1;X1,2727", "0,1,1;Y1,27", "0,1,1;X1,27;", "0,1,1;cmds", "0,1,1;cmds:",
                                    "0,1,1;cmds:0", "0,1,1;cmds:0,", "0,1,1;X1,27cmds:0,X1,27", "0,1,1;Xffffffff,27",
                                    "0,1,1;X1,zz"});
}

TEST(ThreadEvents, follows_its_grammar) {
  EXPECT_TRUE(parse<ThreadEvents>(":1")->wanted);
  EXPECT_FALSE(parse<ThreadEvents>(":0")->wanted);
  expect_refused<ThreadEvents>({"", ":", "1", ":2", ":1;", ":x"});
}

TEST(ThreadOptions, follows_its_grammar) {
  const auto request = parse<ThreadOptions>(";3;1:p4d2.4d3;0:p4d2.-1");
  ASSERT_TRUE(request);
  ASSERT_EQ(request->items.size(), 3u);
  EXPECT_EQ(request->items[0].options, (target::ThreadOptions{true, true}));
  EXPECT_EQ(request->items[0].threads, ThreadSelector::all());
  EXPECT_EQ(request->items[1].options, (target::ThreadOptions{true, false}));
  EXPECT_EQ(request->items[1].threads, ThreadSelector::one({Pid{0x4d2}, Tid{0x4d3}}));
  EXPECT_EQ(request->items[2].options, target::ThreadOptions{});
  expect_refused<ThreadOptions>({"", ";", ";4", ";1:", ";1:x", "1", ";1;;", ";1:p1.1,"});
}

TEST(Breakpoint, follows_its_grammar) {
  const auto request = parse<Breakpoint>("2,601040,8");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->type, BreakpointType::WatchWrite);
  EXPECT_EQ(request->address, Address{0x601040});
  EXPECT_EQ(request->kind, 8u);
  EXPECT_EQ(parse<Breakpoint>("0,1,1")->type, BreakpointType::Software);
  EXPECT_EQ(parse<Breakpoint>("1,1,1")->type, BreakpointType::Hardware);
  EXPECT_EQ(parse<Breakpoint>("3,1,1")->type, BreakpointType::WatchRead);
  EXPECT_EQ(parse<Breakpoint>("4,1,1")->type, BreakpointType::WatchAccess);
  expect_refused<Breakpoint>({"", "0", "0,1", "0,1,", "0,,1", "5,1,1", "ff,1,1", "0,1,1,", "0,1,1;X1,00",
                              "0,1,1;cmds:0", "0,1,1 ", "0:1:1"});
}

// ---- resuming

std::vector<std::pair<ThreadSelector, ResumeAction::Kind>> steps_of(const VCont& request) {
  std::vector<std::pair<ThreadSelector, ResumeAction::Kind>> steps;
  for (const auto& [threads, action] : request.plan.entries) steps.emplace_back(threads, action.kind);
  return steps;
}

constexpr auto gdb = SignalNumbering::Gdb;

TEST(VCont, reads_the_forms_that_gdb_sends) {
  using Kind = ResumeAction::Kind;
  const ThreadSelector one{Match::One, Pid{0x10}, Match::One, Tid{0x11}};
  const ThreadSelector process{Match::One, Pid{0x10}, Match::All, {}};
  EXPECT_THAT(steps_of(*parse<VCont>(";c:p10.-1", gdb)), ElementsAre(std::pair(process, Kind::Continue)));
  EXPECT_THAT(steps_of(*parse<VCont>(";s:p10.11;c:p10.-1", gdb)),
              ElementsAre(std::pair(one, Kind::Step), std::pair(process, Kind::Continue)));
  EXPECT_THAT(steps_of(*parse<VCont>(";c", gdb)), ElementsAre(std::pair(ThreadSelector::all(), Kind::Continue)));
  EXPECT_THAT(steps_of(*parse<VCont>(";t:p10.11", gdb)), ElementsAre(std::pair(one, Kind::Stop)));
  EXPECT_THAT(steps_of(*parse<VCont>(";s:p10.11;c", gdb)),
              ElementsAre(std::pair(one, Kind::Step), std::pair(ThreadSelector::all(), Kind::Continue)));
}

TEST(VCont, reads_signals_in_the_clients_numbers) {
  EXPECT_EQ(parse<VCont>(";C1e:11", gdb)->plan.entries[0].action.signal, Signal{SIGUSR1});
  EXPECT_EQ(parse<VCont>(";S0a:11", SignalNumbering::Native)->plan.entries[0].action.signal, Signal{SIGUSR1});
  EXPECT_EQ(parse<VCont>(";C00:11", gdb)->plan.entries[0].action.signal, Signal{});
  EXPECT_TRUE(parse<VCont>(";S1e:11", gdb)->plan.entries[0].action.steps());
  EXPECT_FALSE(parse<VCont>(";C1e:11", gdb)->plan.entries[0].action.steps());
}

TEST(VCont, reads_ranges) {
  const auto action = parse<VCont>(";r401000,401010:p10.11", gdb)->plan.entries[0].action;
  EXPECT_EQ(action.kind, ResumeAction::Kind::StepRange);
  EXPECT_EQ(action.range, (target::AddressRange{Address{0x401000}, Address{0x401010}}));
}

TEST(VCont, refuses_everything_else) {
  expect_refused<VCont>({"", "c", ";", ";;c", ";c;", ";x", ";c:", ";c:zz", ";c:1x", ";cc", ";C", ";C:1", ";Cff", ";C7",
                         ";C100", ";r", ";r1", ";r1,", ";r1,2,3", ";s:1;", ";c:1:2", ";c 1", ";t:p1.2."},
                        gdb);
  expect_refused<VCont>({";C41", ";Cff"}, SignalNumbering::Native);
}

TEST(VCont, leaves_the_decision_to_the_first_entry_that_matches) {
  const auto plan = parse<VCont>(";s:p10.11;C05:p10.-1", gdb)->plan;
  EXPECT_EQ(plan.action_for({Pid{0x10}, Tid{0x11}})->kind, ResumeAction::Kind::Step);
  EXPECT_EQ(plan.action_for({Pid{0x10}, Tid{0x12}})->kind, ResumeAction::Kind::Continue);
  EXPECT_EQ(plan.action_for({Pid{0x20}, Tid{0x21}}), nullptr);
}

TEST(Continue, takes_an_address_or_none) {
  EXPECT_EQ(parse<Continue>("")->address, std::nullopt);
  EXPECT_EQ(parse<Continue>("401000")->address, Address{0x401000});
  expect_refused<Continue>({"x", "1;", "1,2", "-1"});
}

TEST(ContinueWithSignal, takes_a_signal_and_perhaps_an_address) {
  EXPECT_EQ(parse<ContinueWithSignal>("0b", gdb)->signal, Signal{SIGSEGV});
  const auto both = parse<ContinueWithSignal>("1e;401000", gdb);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->signal, Signal{SIGUSR1});
  EXPECT_EQ(both->address, Address{0x401000});
  expect_refused<ContinueWithSignal>({"", ";", "0b;", "0b,1", "xx", "ff", "0b;1;", "100"}, gdb);
}

TEST(SignalList, takes_any_number_of_signals_and_skips_unknown_ones) {
  // As gdb 13 sends it, with numbers of other systems in it.
  const auto list = parse<SignalList>("e;10;14;17;1a;1b;1c;21;24;25;2c;4c;97;", gdb);
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->signals.contains(Signal{SIGALRM}));
  EXPECT_TRUE(list->signals.contains(Signal{SIGURG}));
  EXPECT_TRUE(list->signals.contains(Signal{SIGCHLD}));
  EXPECT_TRUE(list->signals.contains(Signal{SIGWINCH}));
  EXPECT_FALSE(list->signals.contains(Signal{SIGINT}));
  EXPECT_EQ(parse<SignalList>("", gdb)->signals, target::SignalSet{});
  EXPECT_TRUE(parse<SignalList>("11", SignalNumbering::Native)->signals.contains(Signal{SIGCHLD}));
  expect_refused<SignalList>({";", "e;;10", "e,10", "x", "e;x", "100"}, gdb);
}

// ---- system calls

TEST(CatchSyscalls, catches_none_all_or_a_list) {
  EXPECT_FALSE(parse<CatchSyscalls>("0")->filter.catches_any());
  EXPECT_TRUE(parse<CatchSyscalls>("1")->filter.catches(12345));
  const auto list = parse<CatchSyscalls>("1;27;e7");
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->filter.catches(0x27));
  EXPECT_TRUE(list->filter.catches(0xe7));
  EXPECT_FALSE(list->filter.catches(1));
  expect_refused<CatchSyscalls>({"", "2", "0;27", "1;", "1;x", "1;27;", "1,27", "1;100000000", "on"});
}

// ---- threads

TEST(SelectThread, follows_its_grammar) {
  EXPECT_FALSE(parse<SelectThread>("gp10.11")->for_resume);
  EXPECT_TRUE(parse<SelectThread>("c-1")->for_resume);
  EXPECT_EQ(parse<SelectThread>("c-1")->threads, ThreadSelector::all());
  EXPECT_EQ(parse<SelectThread>("g0")->threads, (ThreadSelector{Match::Any, {}, Match::Any, {}}));
  expect_refused<SelectThread>({"", "g", "c", "x1", "1", "g1;", "cg1", "gp", "g 1"});
}

TEST(SearchMemory, follows_its_grammar) {
  const auto request = parse<SearchMemory>("401000;20;a;}\x03");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->address, Address{0x401000});
  EXPECT_EQ(request->length, 0x20u);
  EXPECT_EQ(request->pattern, "a;#");
  expect_refused<SearchMemory>({"", ";", "1;2", "1;2;", "1,2;a", ";2;a", "1;;a", "1;2;}"});
}

TEST(FindThreadLocal, follows_its_grammar) {
  const auto request = parse<FindThreadLocal>("p10.11,8,7ffff7ffe2e0");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->thread, ThreadSelector::one({Pid{0x10}, Tid{0x11}}));
  EXPECT_EQ(request->offset, 8u);
  EXPECT_EQ(request->link_map, Address{0x7ffff7ffe2e0});
  EXPECT_EQ(parse<FindThreadLocal>("11,0,0")->link_map, Address{0});
  expect_refused<FindThreadLocal>({"", "p10.11", "p10.11,8", "p10.11,8,", "p10.-1,8,0", "p10,8,0", "-1,0,0", "0,0,0", "p1.2,0,0,"});
}

TEST(ThreadAlive, follows_its_grammar) {
  EXPECT_EQ(parse<ThreadAlive>("p10.11")->thread, ThreadSelector::one({Pid{0x10}, Tid{0x11}}));
  expect_refused<ThreadAlive>({"", "p10.", "1,", "x"});
}

// ---- processes

TEST(Run, takes_a_program_and_arguments_in_hex) {
  const auto request = parse<requests::Run>("2f62696e2f6c73;2d6c;;2f746d70");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->program, "/bin/ls");
  EXPECT_THAT(request->arguments, ElementsAre("-l", "", "/tmp"));
  EXPECT_EQ(parse<requests::Run>("")->program, "");
  EXPECT_THAT(parse<requests::Run>("2f78")->arguments, IsEmpty());
  expect_refused<requests::Run>({"2", "/bin/ls", "2f78;2", "2f78;-l", "2f78,2d6c"});
}

TEST(RunWords, takes_words_with_their_lengths_and_places) {
  const auto request = parse<RunWords>("14,0,2f62696e2f6c73,4,1,2d6c,0,2,,8,3,2f746d70");
  ASSERT_TRUE(request);
  EXPECT_THAT(request->words, ElementsAre("/bin/ls", "-l", "", "/tmp"));
  EXPECT_THAT(parse<RunWords>("4,0,2f78")->words, ElementsAre("/x"));
  expect_refused<RunWords>({"", "4", "4,0", "4,0,", "0,0,", "4,1,2f78", "3,0,2f7", "6,0,2f78", "4,0,2f7878", "4,0,2f78,",
                            "4,0,2f78,2,2,78", "4,0,zzzz", "-4,0,2f78", "99999999999999999999,0,2f78"});
}

TEST(PlainText, is_what_it_is) {
  EXPECT_EQ(parse<PlainText>("A=b c;,d")->text, "A=b c;,d");
  EXPECT_EQ(parse<PlainText>("")->text, "");
}

TEST(NamesProcess, takes_a_process_id_in_hex) {
  EXPECT_EQ(parse<NamesProcess>("4d2")->pid, Pid{1234});
  EXPECT_EQ(parse<NamesProcess>("7fffffff")->pid, Pid{0x7fffffff});
  expect_refused<NamesProcess>({"", "x", "1;", "-1", "80000000", "ffffffff", "100000000"});
}

TEST(Switch, is_on_or_off) {
  EXPECT_TRUE(parse<Switch>("1")->on);
  EXPECT_FALSE(parse<Switch>("0")->on);
  expect_refused<Switch>({"", "2", "on", "1;", "-1"});
}

TEST(HexText, is_all_in_hex) {
  EXPECT_EQ(parse<HexText>("68656c70")->text, "help");
  expect_refused<HexText>({"6", "6g", "68,", "help"});
}

// ---- transfers

TEST(ReadObject, names_an_annex_and_a_window) {
  const auto request = parse<ReadObject>("target.xml:0,1000");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->annex, "target.xml");
  EXPECT_EQ(request->window.offset, 0u);
  EXPECT_EQ(request->window.length, 0x1000u);
  EXPECT_EQ(parse<ReadObject>(":10,20")->annex, "");
  expect_refused<ReadObject>({"", "0,1000", ":", ":0", ":0,", ":0,1,", "a:b:0,1", ":0,1::", ":x,1"});
}

TEST(WriteObject, carries_binary) {
  const auto request = parse<WriteObject>(":10:a}\x03:b");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->offset, 0x10u);
  EXPECT_EQ(request->bytes, "a#:b");
  expect_refused<WriteObject>({"", "10:a", ":10", ":x:a", ":10:}"});
}

// ---- host files

TEST(OpenFile, takes_a_name_flags_and_mode) {
  const auto request = parse<OpenFile>("2f746d702f78,601,1a4");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/tmp/x");
  EXPECT_EQ(request->flags, 0x601u);
  EXPECT_EQ(request->mode, 0644u);
  expect_refused<OpenFile>({"", "2f", "2f,", "2f,0", "2f,0,", "2,0,0", "2f,0,0,", "/tmp,0,0", "2f,100000000,0"});
}

TEST(FileTransfers, take_numbers_in_hex) {
  const auto read = parse<ReadFile>("5,1000,20");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->descriptor, 5u);
  EXPECT_EQ(read->count, 0x1000u);
  EXPECT_EQ(read->offset, 0x20u);
  expect_refused<ReadFile>({"", "5", "5,1000", "5,1000,", "5,1000,0,", "x,1,1"});

  const auto write = parse<WriteFile>("5,20,a}\x03,b");
  ASSERT_TRUE(write);
  EXPECT_EQ(write->descriptor, 5u);
  EXPECT_EQ(write->offset, 0x20u);
  EXPECT_EQ(write->bytes, "a#,b");
  expect_refused<WriteFile>({"", "5", "5,20", "5,20,}", "5,x,a"});

  EXPECT_EQ(parse<FileNumber>("5")->number, 5u);
  expect_refused<FileNumber>({"", "5,", "-1", "x"});
  EXPECT_EQ(parse<FilePath>("2f746d70")->path, "/tmp");
  expect_refused<FilePath>({"2", "/tmp", "2f,"});
}

// Anything may come off the wire: no piece of a good request makes a parser misbehave.
TEST(Requests, survive_being_cut_anywhere) {
  const std::string_view vcont = ";s:p10.11;C1e:p10.12;r401000,401010:p10.13;c:p10.-1";
  for (std::size_t end = 0; end <= vcont.size(); ++end)
    for (std::size_t start = 0; start <= end; ++start) {
      const auto request = parse<VCont>(vcont.substr(start, end - start), gdb);
      EXPECT_TRUE(!request || !request->plan.entries.empty());
    }
}

TEST(Cores, may_be_given_a_place) {
  EXPECT_EQ(parse<SaveCore>("")->path_hint, "");
  EXPECT_EQ(parse<SaveCore>(";path-hint:2f63")->path_hint, "/c");
  EXPECT_FALSE(parse<SaveCore>(";path-hint:2"));
  EXPECT_FALSE(parse<SaveCore>(";colour:2f"));
  EXPECT_FALSE(parse<SaveCore>("d"));
}

TEST(Modules, are_named_one_by_one_or_in_a_list) {
  const auto one = parse<NamesModule>("2f63;783836");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->path, "/c");
  EXPECT_EQ(one->triple, "x86");
  EXPECT_FALSE(parse<NamesModule>("2f63"));
  EXPECT_FALSE(parse<NamesModule>("2f63;7"));
  const auto list = parse<NamesModules>(R"([{"file":"/c","triple":"x86"}],{"file":"/d"}],{"file":1}],{}]])");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->modules.size(), 2u);
  EXPECT_EQ(list->modules[0].triple, "x86");
  EXPECT_EQ(list->modules[1].path, "/d");
  for (const auto* wrong : {"", "{}]", "[1]", "[", "x", "[{}"}) EXPECT_FALSE(parse<NamesModules>(wrong)) << wrong;
}

}  // namespace
}  // namespace protocol::requests
