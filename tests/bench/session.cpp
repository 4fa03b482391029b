#include "session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace bench {

namespace {

// gdb's terms, but not with multiprocess+ as the first: lldb-server 19 overlooks the first term.
constexpr std::string_view we_support =
    "qSupported:xmlRegisters=i386;multiprocess+;swbreak+;hwbreak+;vContSupported+";
constexpr std::size_t packet_size_if_unannounced = 399;  // gdb's assumption

// The value of `key:value;` in a stop reply.
std::string field(const std::string& stop, std::string_view key) {
  const auto at = stop.find(fmt::format("{}:", key));
  if (at == std::string::npos) return {};
  const auto start = at + key.size() + 1;
  return stop.substr(start, stop.find(';', start) - start);
}

std::string stop_thread(Session& session, const std::string& stop) {
  if (auto thread = field(stop, "thread"); !thread.empty()) return thread;
  const auto current = session.ask("qC");
  if (!current.starts_with("QC")) throw std::runtime_error("the server names no current thread");
  return current.substr(2);
}

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

std::size_t count_threads_in_document(Session& session) {
  constexpr std::size_t piece = 0x1000;  // gdb's, for any document
  std::string document;
  for (;;) {
    const auto answer = session.ask(fmt::format("qXfer:threads:read::{:x},{:x}", document.size(), piece));
    if (answer.empty() || (answer[0] != 'm' && answer[0] != 'l'))
      throw std::runtime_error(fmt::format("qXfer:threads answered \"{}\"", answer));
    document += unescape(std::string_view(answer).substr(1));
    if (answer[0] == 'l') return occurrences(document, "<thread ");
  }
}

std::size_t count_threads_by_info(Session& session) {
  std::size_t count = 0;
  for (auto answer = session.ask("qfThreadInfo"); answer.starts_with('m'); answer = session.ask("qsThreadInfo"))
    count += 1 + static_cast<std::size_t>(std::count(answer.begin(), answer.end(), ','));
  return count;
}

}  // namespace

Session Session::launch(const Server& server, const std::string& program) {
  return {server, ServerProcess::launching(server, program), {}};
}

Session Session::attach(const Server& server, pid_t inferior, std::string_view more_features) {
  return {server, ServerProcess::attaching(server, inferior), more_features};
}

Session::Session(const Server& server, ServerProcess process, std::string_view more_features)
    : server_(std::move(process)), client_(RspClient::connect(server_.port())) {
  shake_hands(server.form, more_features);
  const auto stop = resume("?");
  thread_ = stop_thread(*this, stop);
  if (!thread_.starts_with('p')) throw std::runtime_error("the server did not take multiprocess+");
  everyone_ = thread_.substr(0, thread_.find('.')) + ".-1";
  ask_ok("Hg" + thread_);
}

void Session::shake_hands(Form form, std::string_view more_features) {
  features_ = fmt::format(";{};", ask(fmt::format("{}{}", we_support, more_features)));
  const auto at = features_.find(";PacketSize=");
  // lldb-server prints in decimal what everybody reads as hexadecimal; its real limit is the decimal one.
  const int base = form == Form::lldb_server ? 10 : 16;
  packet_size_ = at == std::string::npos ? packet_size_if_unannounced
                                         : std::stoul(features_.substr(at + sizeof ";PacketSize=" - 1), nullptr, base);
  ask_ok("QStartNoAckMode");
  client_.stop_acknowledging();
}

std::string Session::ask(std::string_view request) {
  client_.send(request);
  return client_.receive();
}

void Session::ask_ok(std::string_view request) {
  if (const auto answer = ask(request); answer != "OK")
    throw std::runtime_error(fmt::format("{} answered \"{}\"", request.substr(0, 40), answer));
}

std::string Session::resume(std::string_view request) {
  client_.send(request);
  return stop_reply();
}

std::string Session::interrupt() {
  client_.send_interrupt();
  return stop_reply();
}

void Session::speak_as_lldb() {
  for (const auto* request : {"QThreadSuffixSupported", "QListThreadsInStopReply"})
    if (ask(request) != "OK") throw NotAvailable("the server does not know lldb's packets");
}

void Session::enter_non_stop() {
  if (!announces(";QNonStop+;")) throw NotAvailable("the server has no non-stop mode");
  ask_ok("QNonStop:1");
  for (auto answer = ask("?"); answer != "OK"; answer = ask("vStopped"))
    if (!answer.starts_with('T')) throw std::runtime_error(fmt::format("expected a stop, got \"{}\"", answer));
}

std::string Session::stop_reply() {
  for (;;) {
    auto reply = client_.receive();
    if (reply.starts_with('T') || reply.starts_with('S')) return reply;
    const bool output = reply.starts_with('O') && reply != "OK";
    if (!output) throw std::runtime_error(fmt::format("expected a stop, got \"{}\"", reply));
  }
}

void Session::insert_breakpoint(std::uint64_t address) { ask_ok(fmt::format("Z0,{:x},1", address)); }

void Session::remove_breakpoint(std::uint64_t address) { ask_ok(fmt::format("z0,{:x},1", address)); }

std::size_t count_threads(Session& session) {
  return session.announces(";qXfer:threads:read+;") ? count_threads_in_document(session)
                                                    : count_threads_by_info(session);
}

std::string next_hit(Session& session, std::uint64_t breakpoint) {
  session.remove_breakpoint(breakpoint);
  session.resume("vCont;s:" + session.thread());
  session.insert_breakpoint(breakpoint);
  return session.resume("vCont;c:" + session.everyone());
}

}  // namespace bench
