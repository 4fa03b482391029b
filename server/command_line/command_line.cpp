#include "server/command_line/forms.hpp"

namespace server {
namespace {

constexpr const char* lldb_usage =
    "Usage: lldb-server g[dbserver] [OPTIONS] [[HOST]:PORT] [[--] PROG ARGS...]\n"
    "       lldb-server p[latform] [OPTIONS] --listen [HOST]:PORT [[--] PROG ARGS...]\n"
    "       lldb-server v[ersion]\n"
    "(lldb-server gdbserver --help and lldb-server platform --help list the options)\n";

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::optional<CommandLine> parse_lldb_form(const Words& words) {
  if (words.empty()) return std::nullopt;
  const Words rest(words.begin() + 1, words.end());
  if (words[0] == "gdbserver" || words[0] == "g") return parse_lldb_gdbserver_form(rest);
  if (words[0] == "platform" || words[0] == "p") return parse_lldb_platform_form(rest);
  if (words[0] == "version" || words[0] == "v") return Leave{0, "remora 0.1.0\nStands in for lldb-server.\n"};
  return std::nullopt;
}

}  // namespace

// No word of lldb-server's can be meant otherwise: what gdbserver's form begins with has a colon or a dash.
CommandLine parse_command_line(int argc, const char* const* argv) {
  if (auto parsed = parse_lldb_form({argv + 1, argv + argc})) return *parsed;
  const bool as_lldb_server = argc > 0 && file_name(argv[0]).starts_with("lldb-server");
  if (as_lldb_server) return Leave{1, lldb_usage};
  return parse_gdbserver_form({argv + 1, argv + argc});
}

}  // namespace server
