#include "server/platform/debug_server_words.hpp"

#include <unistd.h>

namespace server::platform {
namespace {

std::string url_of(const DebugServerWords& words) {
  if (const auto* tcp = std::get_if<TcpEndpoint>(&words.address))
    return "tcp://[" + tcp->host + "]:" + std::to_string(words.port);
  const auto& own = std::get<UnixEndpoint>(words.address);
  return (own.abstract ? "unix-abstract://" : "unix://") + own.path + ".gdbserver." + std::to_string(getpid()) + "." +
         std::to_string(words.number);
}

}  // namespace

std::vector<std::string> DebugServerWords::arguments(const PlatformOptions& options,
                                                     const std::vector<std::string>& program) const {
  std::vector<std::string> words{"remora", "gdbserver", url_of(*this), "--native-regs", "--pipe",
                                 std::to_string(port_pipe), "--lifeline", std::to_string(lifeline)};
  if (!options.log.file.empty()) words.insert(words.end(), {"--log-file", options.log.file});
  if (!options.log_channels.empty()) words.insert(words.end(), {"--log-channels", options.log_channels});
  if (program.empty()) return words;
  words.emplace_back("--");
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

}  // namespace server::platform
