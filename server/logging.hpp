#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The server's log: to a file or the terminal, by level. Each fact is logged in the one place it passes.
namespace server::log {

/// What can be told beyond the level, each by itself.
enum class Detail {
  General,         ///< whatever has a level, down to debug
  Packets,
  EventLoop,       ///< what wakes the server
  HardwarePoints,  ///< watchpoints and hardware breakpoints as they are set and removed
};

struct Settings {
  std::string file;           ///< "": standard error
  std::string level = "warning";
  bool packets = false;       ///< every packet, whatever the level
  bool event_loop = false;
  bool timestamps = true;
};

/// The message says what is wrong with the settings; "" if all is well.
std::string configure(const Settings& settings);
void show(Detail detail, bool on);
bool shows(Detail detail);
void show_timestamps(bool on);
/// Goes on in another file, "" for standard error; the message says what is wrong.
std::string redirect(const std::string& file);

/// gdbserver's words for what stands before each line: all | none | timestamp, with commas between. What the last one
/// says of timestamps; nothing, with `unknown` set, if there is another.
std::optional<bool> parse_format(std::string_view words, std::string& unknown);

enum class Direction { In, Out };
void packet(Direction direction, std::string_view payload);
void event(std::string_view what);
void hardware_point(std::string_view request, std::string_view answer);
void info(const std::string& message);
void warning(const std::string& message);

}  // namespace server::log
