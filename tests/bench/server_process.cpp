#include "server_process.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

namespace bench {

namespace {

constexpr int start_timeout_ms = 20'000;

// On stderr, among other words.
std::optional<std::uint16_t> port_in_gdbserver_words(const std::string& text) {
  constexpr std::string_view announcement = "Listening on port ";
  const auto at = text.find(announcement);
  if (at == std::string::npos || text.find('\n', at) == std::string::npos) return std::nullopt;
  return static_cast<std::uint16_t>(std::atoi(text.c_str() + at + announcement.size()));
}

// The number and a NUL byte.
std::optional<std::uint16_t> port_in_lldb_pipe(const std::string& text) {
  if (text.find('\0') == std::string::npos) return std::nullopt;
  return static_cast<std::uint16_t>(std::atoi(text.c_str()));
}

}  // namespace

Server parse_server(const std::string& text) {
  const auto equals = text.find('=');
  const auto path = equals == std::string::npos ? text : text.substr(equals + 1);
  const auto file = std::filesystem::path(path).filename().string();
  const auto form = file.find("lldb-server") == std::string::npos ? Form::gdbserver : Form::lldb_server;
  return {equals == std::string::npos ? file : text.substr(0, equals), path, form};
}

ServerProcess ServerProcess::launching(const Server& server, const std::string& program) {
  return start(server, {"--once", "localhost:0", program}, {"--", program});
}

ServerProcess ServerProcess::attaching(const Server& server, pid_t inferior) {
  const auto pid = std::to_string(inferior);
  return start(server, {"--once", "--attach", "localhost:0", pid}, {"--attach", pid});
}

ServerProcess ServerProcess::start(const Server& server, const std::vector<std::string>& gdbserver_form,
                                   const std::vector<std::string>& lldb_form) {
  const bool lldb = server.form == Form::lldb_server;
  std::vector<std::string> arguments{server.path};
  if (lldb) arguments.insert(arguments.end(), {"gdbserver", "localhost:0", "--pipe", "3"});
  const auto& rest = lldb ? lldb_form : gdbserver_form;
  arguments.insert(arguments.end(), rest.begin(), rest.end());

  auto [words, write_end] = make_pipe();
  auto process = spawn(arguments, {{write_end.get(), lldb ? 3 : 2}});
  write_end = FileDescriptor();
  const auto port_in = lldb ? port_in_lldb_pipe : port_in_gdbserver_words;
  const auto text =
      read_until(words.get(), start_timeout_ms, [&](const auto& so_far) { return port_in(so_far).has_value(); });
  const auto port = port_in(text);
  if (!port) throw std::runtime_error(fmt::format("the server named no port; it said \"{}\"", text));
  return {std::move(process), std::move(words), *port};
}

double ServerProcess::peak_memory_mib() const {
  std::ifstream status(fmt::format("/proc/{}/status", process_.pid()));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::atof(line.c_str() + 6) / 1024;
  throw std::runtime_error("the server process has no VmHWM");
}

}  // namespace bench
