#include "server/logging.hpp"

#define SPDLOG_FMT_EXTERNAL_HO
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "protocol/hex.hpp"

namespace server::log {
namespace {

std::shared_ptr<spdlog::logger> logger;
// The logger itself takes everything; what is told is decided here.
auto usual_threshold = spdlog::level::warn;
auto threshold = spdlog::level::warn;
std::array<bool, 4> details{};
std::string pattern;

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

bool& told(Detail detail) { return details[static_cast<std::size_t>(detail)]; }

void set_logger(std::shared_ptr<spdlog::logger> made) {
  logger = std::move(made);
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  if (!pattern.empty()) logger->set_pattern(pattern);
}

// spdlog keeps a register of loggers by name, which nobody here needs.
std::shared_ptr<spdlog::logger> make_logger(const std::string& file) {
  spdlog::drop("remora");
  return file.empty() ? spdlog::stderr_logger_st("remora") : spdlog::basic_logger_st("remora", file);
}

}  // namespace

std::string redirect(const std::string& file) {
  try {
    set_logger(make_logger(file));
  } catch (const spdlog::spdlog_ex& error) {
    return "cannot log to " + file + ": " + error.what();
  }
  return {};
}

std::string configure(const Settings& settings) {
  const auto level = spdlog::level::from_str(settings.level);
  if (level == spdlog::level::off && settings.level != "off")
    return "unknown log level " + settings.level + "; use trace, debug, info, warning, error or off";
  if (auto wrong = redirect(settings.file); !wrong.empty()) return wrong;
  // Packets are not understood without the other news between them.
  usual_threshold = threshold = settings.packets ? std::min(level, spdlog::level::info) : level;
  told(Detail::General) = level <= spdlog::level::debug;
  told(Detail::Packets) = settings.packets || level == spdlog::level::trace;
  told(Detail::EventLoop) = settings.event_loop;
  show_timestamps(settings.timestamps);
  return {};
}

void show(Detail detail, bool on) {
  told(detail) = on;
  if (detail == Detail::General) threshold = on ? std::min(usual_threshold, spdlog::level::debug) : usual_threshold;
}

bool shows(Detail detail) { return logger && told(detail); }

void show_timestamps(bool on) {
  pattern = on ? "%Y-%m-%d %H:%M:%S.%f [%l] %v" : "[%l] %v";
  if (logger) logger->set_pattern(pattern);
}

std::optional<bool> parse_format(std::string_view words, std::string& unknown) {
  std::optional<bool> timestamps;
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(','));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (word != "all" && word != "timestamp" && word != "none") {
      unknown = word;
      return std::nullopt;
    }
    timestamps = word != "none";
  }
  return timestamps;
}

void packet(Direction direction, std::string_view payload) {
  if (!shows(Detail::Packets)) return;
  logger->trace("{} {}", direction == Direction::In ? "<-" : "->", printable(payload));
}

void event(std::string_view what) {
  if (shows(Detail::EventLoop)) logger->debug("event loop: {}", what);
}

void hardware_point(std::string_view request, std::string_view answer) {
  if (shows(Detail::HardwarePoints)) logger->debug("hardware point: {} -> {}", printable(request), printable(answer));
}

void info(const std::string& message) {
  if (logger && threshold <= spdlog::level::info) logger->info(message);
}

void warning(const std::string& message) {
  if (logger && threshold <= spdlog::level::warn) logger->warn(message);
}

}  // namespace server::log
