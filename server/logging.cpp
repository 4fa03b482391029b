#include "server/logging.hpp"

#define SPDLOG_FMT_EXTERNAL_HO
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "protocol/hex.hpp"

namespace server::log {
namespace {

std::shared_ptr<spdlog::logger> logger;
bool log_packets = false;

// Packets are text with binary stretches; more than this of one is nobody's reading.
constexpr std::size_t longest_shown = 512;

std::string printable(std::string_view payload) {
  std::string out;
  for (const char c : payload.substr(0, longest_shown)) {
    if (c >= ' ' && c < 0x7f) {
      out.push_back(c);
    } else {
      out += "\\x";
      protocol::append_hex_byte(out, static_cast<std::uint8_t>(c));
    }
  }
  if (payload.size() > longest_shown) out += fmt::format("... ({} bytes)", payload.size());
  return out;
}

void update_packets() { log_packets = logger && logger->should_log(spdlog::level::trace); }

}  // namespace

std::string configure(const Settings& settings) {
  const auto level = spdlog::level::from_str(settings.level);
  if (level == spdlog::level::off && settings.level != "off")
    return "unknown log level " + settings.level + "; use trace, debug, info, warning, error or off";
  try {
    logger = settings.file.empty() ? spdlog::stderr_logger_st("remora")
                                   : spdlog::basic_logger_st("remora", settings.file);
  } catch (const spdlog::spdlog_ex& error) {
    return std::string("cannot log to ") + settings.file + ": " + error.what();
  }
  logger->set_pattern("%Y-%m-%d %H:%M:%S.%f [%l] %v");
  logger->set_level(settings.packets ? spdlog::level::trace : level);
  logger->flush_on(settings.packets ? spdlog::level::trace : spdlog::level::info);
  update_packets();
  return {};
}

void set_level(const std::string& level) {
  if (!logger) return;
  logger->set_level(spdlog::level::from_str(level));
  update_packets();
}

void packet(Direction direction, std::string_view payload) {
  if (!log_packets) return;
  logger->trace("{} {}", direction == Direction::In ? "<-" : "->", printable(payload));
}

void info(const std::string& message) {
  if (logger) logger->info(message);
}

void warning(const std::string& message) {
  if (logger) logger->warn(message);
}

}  // namespace server::log
