// Every parser takes anything. The first byte chooses the parser.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/features.hpp"
#include "protocol/requests/breakpoints.hpp"
#include "protocol/requests/core.hpp"
#include "protocol/requests/host_files.hpp"
#include "protocol/requests/launch.hpp"
#include "protocol/requests/lldb.hpp"
#include "protocol/requests/memory.hpp"
#include "protocol/requests/modules.hpp"
#include "protocol/requests/platform.hpp"
#include "protocol/requests/processes.hpp"
#include "protocol/requests/registers.hpp"
#include "protocol/requests/resume.hpp"
#include "protocol/requests/syscalls.hpp"
#include "protocol/requests/threads.hpp"
#include "protocol/requests/transfer.hpp"
#include "protocol/thread_selector.hpp"

namespace {

using namespace protocol;
using namespace protocol::requests;

void insist(bool fine) {
  if (!fine) std::abort();
}

template <class Request>
void parse(std::string_view text) {
  (void)Request::parse(FieldReader(text));
}

template <class Request>
void parse_with_signals(std::string_view text) {
  (void)Request::parse(FieldReader(text), SignalNumbering::Gdb);
  (void)Request::parse(FieldReader(text), SignalNumbering::Native);
}

void parse_write(std::string_view text) {
  const auto length = [](std::string_view whole) {
    FieldReader in(whole);
    in.hex<std::uint64_t>();
    in.expect(',');
    return in.hex<std::uint64_t>();
  };
  if (const auto request = WriteMemory::parse(FieldReader(text))) insist(request->bytes.size() == length(text));
  if (const auto request = WriteBinaryMemory::parse(FieldReader(text))) insist(request->bytes.size() == length(text));
}

void parse_window(std::string_view text) {
  const auto request = ReadObject::parse(FieldReader(text));
  if (!request) return;
  const auto piece = request->window.cut(text);
  insist(!piece.empty() && piece.size() <= packet_size && (piece[0] == 'm' || piece[0] == 'l'));
}

void parse_resume(std::string_view text) {
  const auto request = VCont::parse(FieldReader(text), SignalNumbering::Gdb);
  if (request) insist(!request->plan.entries.empty());
}

void parse_features(std::string_view text) {
  Features features;
  agree(features, text);
}

void parse_suffix(std::string_view text) {
  FieldReader in(text);
  (void)take_thread_suffix(in);
}

using Parser = void (*)(std::string_view);
constexpr Parser parsers[] = {
    parse<ReadMemory>,        parse_write,
    parse<WriteAllRegisters>, parse<ReadRegister>,
    parse<WriteRegister>,     parse<Breakpoint>,
    parse_resume,             parse_with_signals<VCont>,
    parse<Continue>,          parse_with_signals<ContinueWithSignal>,
    parse_with_signals<SignalList>, parse<SelectThread>,
    parse<ThreadAlive>,       parse<Run>,
    parse<NamesProcess>,      parse<Switch>,
    parse<HexText>,           parse_window,
    parse<WriteObject>,       parse<OpenFile>,
    parse<ReadFile>,          parse<WriteFile>,
    parse<FileNumber>,        parse<FilePath>,
    parse_features,           parse<CatchSyscalls>,
    parse<RunWords>,          parse<AtAddress>,
    parse<Allocate>,          parse<ReadRanges>,
    parse<RestoreRegisters>,  parse_suffix,
    parse<SaveCore>,          parse<NamesModule>,
    parse<NamesModules>,      parse<ProcessFilter>,
    parse<ShellCommand>,      parse<PathMode>,
    parse<PathStart>,         parse<LaunchServer>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  parsers[data[0] % std::size(parsers)](text);
  return 0;
}
