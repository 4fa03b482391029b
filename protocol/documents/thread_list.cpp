#include "protocol/documents/thread_list.hpp"

#include "protocol/documents/xml.hpp"
#include "protocol/thread_selector.hpp"

namespace protocol::documents {

std::string thread_list(std::span<const ThreadEntry> threads, bool multiprocess) {
  std::string out = "<threads>\n";
  for (const auto& thread : threads) {
    out += "<thread id=\"";
    append_thread_id(out, thread.id, multiprocess);
    out.push_back('"');
    if (thread.core) out += " core=\"" + std::to_string(*thread.core) + "\"";
    if (!thread.name.empty()) out += " name=\"" + escape_xml(thread.name) + "\"";
    out += "/>\n";
  }
  out += "</threads>\n";
  return out;
}

}  // namespace protocol::documents
