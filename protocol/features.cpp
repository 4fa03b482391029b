#include "protocol/features.hpp"

#include <algorithm>
#include <array>

#include "protocol/hex.hpp"

namespace protocol {
namespace {

struct Term {
  std::string_view name;
  bool Features::*flag;
};
constexpr std::array terms{
    Term{"multiprocess", &Features::multiprocess}, Term{"swbreak", &Features::swbreak},
    Term{"hwbreak", &Features::hwbreak},           Term{"exec-events", &Features::exec_events},
    Term{"fork-events", &Features::fork_events},   Term{"vfork-events", &Features::vfork_events},
    Term{"no-resumed", &Features::no_resumed},     Term{"error-message", &Features::error_message},
};

// xmlRegisters=i386,arm,...: the architectures whose descriptions the client understands; i386 is that of
// 64-bit programs too.
void agree_to_descriptions(Features& features, std::string_view architectures) {
  while (!architectures.empty()) {
    const auto end = architectures.find(',');
    if (architectures.substr(0, end) == "i386") features.xml_registers = true;
    architectures.remove_prefix(end == std::string_view::npos ? architectures.size() : end + 1);
  }
}

// Programs that speak to lldb-server refuse a server that offers what they have not heard of. swbreak is lldb's word
// since version 21.
bool concerns_lldb(std::string_view term, const Features& agreed) {
  constexpr std::array always{"QStartNoAckMode+", "qEcho+", "QThreadSuffixSupported+", "QListThreadsInStopReply+",
                              "qXfer:features:read+", "qXfer:auxv:read+", "qXfer:libraries-svr4:read+",
                              "qXfer:siginfo:read+", "native-signals+", "QNonStop+", "QPassSignals+", "qSaveCore+"};
  constexpr std::array since_21{"binary-upload+", "MultiMemRead+", "swbreak+", "hwbreak+"};
  const auto is = [term](std::string_view known) { return known == term; };
  if (std::any_of(always.begin(), always.end(), is)) return true;
  if (agreed.swbreak && std::any_of(since_21.begin(), since_21.end(), is)) return true;
  if (!agreed.multiprocess) return false;
  return term == "multiprocess+" || (term == "fork-events+" && agreed.fork_events) ||
         (term == "vfork-events+" && agreed.vfork_events);
}

void agree_to(Features& features, std::string_view term) {
  constexpr std::string_view descriptions = "xmlRegisters=";
  if (term.starts_with(descriptions)) return agree_to_descriptions(features, term.substr(descriptions.size()));
  if (term.empty()) return;
  // lldb does not say this one, whatever else it takes over from gdb.
  if (term == "vContSupported+") speak(features, Dialect::Gdb);
  const char sign = term.back();
  if (sign != '+' && sign != '-') return;
  term.remove_suffix(1);
  for (const auto& known : terms)
    if (known.name == term) features.*known.flag = sign == '+';
}

}  // namespace

void speak(Features& features, Dialect dialect) {
  features.dialect = dialect;
  // lldb knows the other form since version 21, which says swbreak.
  features.bare_binary_reads = dialect == Dialect::Lldb && !features.swbreak;
  features.signals = dialect == Dialect::Lldb ? SignalNumbering::Native : SignalNumbering::Gdb;
}

void agree(Features& features, std::string_view client_terms) {
  while (!client_terms.empty()) {
    const auto end = client_terms.find(';');
    agree_to(features, client_terms.substr(0, end));
    client_terms.remove_prefix(end == std::string_view::npos ? client_terms.size() : end + 1);
  }
  if (features.dialect == Dialect::Lldb) speak(features, Dialect::Lldb);
}

std::string supported_reply(const std::vector<std::string_view>& offers, const Features& agreed) {
  std::string out = "PacketSize=" + hex_number(packet_size);
  for (auto offer : offers) {
    while (!offer.empty()) {
      const auto term = offer.substr(0, offer.find(';'));
      offer.remove_prefix(std::min(offer.size(), term.size() + 1));
      if (agreed.dialect == Dialect::Lldb && !concerns_lldb(term, agreed)) continue;
      out.push_back(';');
      out += term;
    }
  }
  return out;
}

}  // namespace protocol
