#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "protocol/documents/library_list.hpp"
#include "protocol/documents/modules.hpp"
#include "protocol/documents/osdata.hpp"
#include "protocol/documents/signals_info.hpp"
#include "protocol/documents/target_xml.hpp"
#include "protocol/documents/thread_list.hpp"
#include "protocol/documents/xml.hpp"

namespace protocol::documents {
namespace {

using target::Address;
using target::Pid;
using target::RegisterLayout;
using target::RegisterSpec;
using target::ThreadId;
using target::Tid;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// The start tags of one element, in order.
std::vector<std::string> tags(const std::string& xml, const std::string& element) {
  std::vector<std::string> found;
  for (auto at = xml.find("<" + element + " "); at != std::string::npos; at = xml.find("<" + element + " ", at + 1))
    found.push_back(xml.substr(at, xml.find('>', at) + 1 - at));
  return found;
}

std::string attribute(const std::string& tag, const std::string& name) {
  const auto start = tag.find(" " + name + "=\"");
  if (start == std::string::npos) return "";
  const auto value = start + name.size() + 3;
  return tag.substr(value, tag.find('"', value) - value);
}

TEST(Xml, escapes_what_has_a_meaning_and_replaces_what_may_not_be_there) {
  EXPECT_EQ(escape_xml("a&b<c>d\"e'f"), "a&amp;b&lt;c&gt;d&quot;e&apos;f");
  EXPECT_EQ(escape_xml(std::string_view("\0\x1f\n~", 4)), "???~");
  EXPECT_EQ(escape_xml("\xc3\xa9"), "\xc3\xa9");
}

TEST(Xml, holds_utf8_only) {
  EXPECT_EQ(escape_xml("\xe2\x82\xac \xf0\x9f\x90\x9f"), "\xe2\x82\xac \xf0\x9f\x90\x9f");
  EXPECT_EQ(escape_xml("cut\xe2\x82"), "cut??");
  EXPECT_EQ(escape_xml("\xe9t\xe9<"), "?t?&lt;");
  EXPECT_EQ(escape_xml("\xc0\x80\xff"), "???");
}

TEST(OsData, has_an_item_for_each_row) {
  EXPECT_EQ(osdata("a", {}), "<osdata type=\"a\">\n</osdata>\n");
  EXPECT_EQ(osdata("a", {{{"x", "1"}, {"y z", "<"}}, {{"x", ""}}}),
            "<osdata type=\"a\">\n<item><column name=\"x\">1</column><column name=\"y z\">&lt;</column></item>\n"
            "<item><column name=\"x\"></column></item>\n</osdata>\n");
}

TEST(ThreadList, names_every_thread_with_what_is_known_of_it) {
  const std::vector<ThreadEntry> threads{{ThreadId{Pid{16}, Tid{16}}, "main", 3},
                                         {ThreadId{Pid{16}, Tid{17}}, "", std::nullopt},
                                         {ThreadId{Pid{16}, Tid{18}}, "a<b", 0}};
  EXPECT_EQ(thread_list(threads, true),
            "<threads>\n"
            "<thread id=\"p10.10\" core=\"3\" name=\"main\"/>\n"
            "<thread id=\"p10.11\"/>\n"
            "<thread id=\"p10.12\" core=\"0\" name=\"a&lt;b\"/>\n"
            "</threads>\n");
  EXPECT_THAT(thread_list(threads, false), HasSubstr("<thread id=\"11\"/>"));
  EXPECT_EQ(thread_list({}, false), "<threads>\n</threads>\n");
}

TEST(LibraryList, is_empty_before_there_is_a_list) {
  EXPECT_EQ(library_list({}), "<library-list-svr4 version=\"1.0\"/>\n");
  EXPECT_EQ(library_list({Address{0x10}, {}}), "<library-list-svr4 version=\"1.0\" main-lm=\"0x10\"/>\n");
}

TEST(LibraryList, gives_addresses_in_hex_and_the_name_space_where_it_is_known) {
  const target::LinkMaps maps{Address{0x7f00},
                              {{Address{0x1000}, Address{0}, Address{0x2000}, "/lib/a&b.so", Address{}},
                               {Address{0x3000}, Address{0x4000}, Address{0x5000}, "", Address{0x6000}}}};
  EXPECT_EQ(library_list(maps),
            "<library-list-svr4 version=\"1.0\" main-lm=\"0x7f00\">\n"
            "<library name=\"/lib/a&amp;b.so\" lm=\"0x1000\" l_addr=\"0x0\" l_ld=\"0x2000\"/>\n"
            "<library name=\"\" lm=\"0x3000\" l_addr=\"0x4000\" l_ld=\"0x5000\" lmid=\"0x6000\"/>\n"
            "</library-list-svr4>\n");
}

RegisterLayout layout_of(std::vector<RegisterSpec> registers) {
  RegisterLayout layout;
  layout.architecture = "i386:x86-64";
  layout.registers = std::move(registers);
  return layout;
}

const RegisterSpec rax{.name = "rax", .feature = "org.gnu.gdb.i386.core", .type = "int64", .dwarf = 0};
const RegisterSpec rip{.name = "rip", .feature = "org.gnu.gdb.i386.core", .type = "code_ptr", .generic = "pc",
                       .alternate = "pc", .dwarf = 16};
const RegisterSpec eflags{.name = "eflags", .feature = "org.gnu.gdb.i386.core", .type = "i386_eflags", .bits = 32};
const RegisterSpec xmm0{.name = "xmm0", .feature = "org.gnu.gdb.i386.sse", .type = "vec128", .bits = 128, .dwarf = 17};
const RegisterSpec k0{.name = "k0", .feature = "org.gnu.gdb.i386.avx512", .type = "uint64", .group = "float",
                      .set = "Advanced Vector Extensions"};

TEST(TargetXml, is_one_flat_document) {
  const auto xml = target_xml(layout_of({rax, rip}), Dialect::Gdb);
  EXPECT_THAT(xml, StartsWith("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"));
  EXPECT_THAT(xml, HasSubstr("<architecture>i386:x86-64</architecture>"));
  EXPECT_THAT(xml, HasSubstr("<osabi>GNU/Linux</osabi>"));
  EXPECT_THAT(xml, EndsWith("</feature>\n</target>\n"));
  EXPECT_THAT(xml, Not(HasSubstr("xi:include")));
}

TEST(TargetXml, opens_a_feature_once_and_numbers_registers_across_all) {
  const auto xml = target_xml(layout_of({rax, rip, eflags, xmm0, k0}), Dialect::Gdb);
  EXPECT_EQ(count(xml, "<feature "), 3u);
  EXPECT_EQ(count(xml, "</feature>"), 3u);
  const auto registers = tags(xml, "reg");
  ASSERT_EQ(registers.size(), 5u);
  for (std::size_t i = 0; i < registers.size(); ++i) EXPECT_EQ(attribute(registers[i], "regnum"), std::to_string(i));
}

TEST(TargetXml, gives_each_register_what_either_client_reads) {
  const auto registers = tags(target_xml(layout_of({rip, eflags, k0}), Dialect::Gdb), "reg");
  EXPECT_EQ(registers[0],
            "<reg name=\"rip\" bitsize=\"64\" type=\"code_ptr\" regnum=\"0\" encoding=\"uint\" format=\"hex\" altname=\"pc\" "
            "generic=\"pc\" dwarf_regnum=\"16\" ehframe_regnum=\"16\"/>");
  EXPECT_EQ(registers[1], "<reg name=\"eflags\" bitsize=\"32\" type=\"i386_eflags\" regnum=\"1\"/>");
  EXPECT_EQ(attribute(registers[2], "group"), "float");
  EXPECT_EQ(attribute(tags(target_xml(layout_of({k0}), Dialect::Lldb), "reg")[0], "group"), "Advanced Vector Extensions");
}

TEST(TargetXml, defines_types_in_the_feature_that_uses_them) {
  const auto xml = target_xml(layout_of({eflags, xmm0, k0}), Dialect::Gdb);
  for (const auto* part : {"<flags id=\"i386_eflags\"", "<union id=\"vec128\"", "<flags id=\"i386_mxcsr\""})
    EXPECT_THAT(xml, HasSubstr(part));
  EXPECT_LT(xml.find("id=\"i386_eflags\""), xml.find("name=\"eflags\""));
  EXPECT_LT(xml.find("id=\"vec128\""), xml.find("name=\"xmm0\""));
}

// gdb looks a field's type up as it reads: it must be a standard one, or have been defined before.
TEST(TargetXml, names_no_type_before_it_is_defined) {
  std::set<std::string> known{"int8",   "int16",  "int32",      "int64",       "int128",      "uint8",    "uint16",
                              "uint32", "uint64", "uint128",    "code_ptr",    "data_ptr",    "bfloat16", "ieee_half",
                              "int",    "float",  "ieee_single", "ieee_double", "i387_ext"};
  const auto standard = known;
  const auto xml = target_xml(layout_of({rax, eflags, xmm0, k0}), Dialect::Gdb);
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    const auto tag = xml.substr(at, xml.find('>', at) + 1 - at);
    if (tag.starts_with("<feature ")) known = standard;
    if (const auto type = attribute(tag, "type"); !type.empty()) EXPECT_TRUE(known.contains(type)) << tag;
    if (const auto id = attribute(tag, "id"); !id.empty()) EXPECT_TRUE(known.insert(id).second) << tag;
  }
}

TEST(Modules, are_told_of_in_two_ways) {
  const Module module{"/c", "i386", "\x01\xab", 0x1234};
  EXPECT_EQ(module_info(module),
            "uuid:30314142;triple:693338362d2d6c696e7578;file_path:2f63;file_offset:0000000000000000;"
            "file_size:0000000000001234;");
  const Module without{"/d", "x86_64", "", 1};
  EXPECT_THAT(module_info(without), testing::StartsWith("triple:"));
  EXPECT_EQ(module_list({module, without}),
            R"([{"file_offset":0,"file_path":"/c","file_size":4660,"triple":"i386--linux","uuid":"01AB"}])");
  EXPECT_EQ(module_list({}), "[]");
  EXPECT_THAT(module_list({{"/\xff", "i386", "a", 1}}), testing::HasSubstr("uuid"));
}

TEST(SignalsInfo, has_every_signal) {
  const auto text = signals_info();
  EXPECT_THAT(text, testing::HasSubstr(R"("name":"SIGINT","notify":true,"signo":2,"stop":true,"suppress":true})"));
  EXPECT_THAT(text, testing::HasSubstr(R"("name":"SIGALRM","notify":false,"signo":14,"stop":false,"suppress":false})"));
  for (const auto* name : {"SIGHUP", "SIG32", "SIGRTMIN", "SIGRTMIN+15", "SIGRTMAX-14", "SIGRTMAX"})
    EXPECT_THAT(text, testing::HasSubstr("\"" + std::string(name) + "\""));
}

}  // namespace
}  // namespace protocol::documents
