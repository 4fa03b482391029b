#pragma once

#include <string>
#include <string_view>

/// The server's log: to a file or the terminal, by level. Each fact is logged in the one place it passes.
namespace server::log {

struct Settings {
  std::string file;           ///< "": standard error
  std::string level = "warning";
  bool packets = false;       ///< every packet, whatever the level
};

/// The message says what is wrong with the settings; "" if all is well.
std::string configure(const Settings& settings);
void set_level(const std::string& level);

enum class Direction { In, Out };
void packet(Direction direction, std::string_view payload);
void info(const std::string& message);
void warning(const std::string& message);

}  // namespace server::log
