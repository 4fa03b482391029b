#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/field_reader.hpp"

/// What lldb asks of a platform server: of the machine, not of a program that is debugged. Names are in hex; numbers
/// are decimal where nothing else is said.
namespace protocol::requests {

/// qfProcessInfo [ ":" *( key ":" value ";" ) ]
/// key = name_match (equals, starts_with, ends_with, contains, regex) | name (hex) | pid | parent_pid | uid | gid | euid
///     | egid | all_users (0 or 1) | triple (hex)
struct ProcessFilter {
  enum class Match { Any, Equals, StartsWith, EndsWith, Contains, Regex };
  Match match = Match::Any;
  std::string name;  ///< of the program's file
  std::optional<int> pid, parent, user, group, effective_user, effective_group;
  bool all_users = true;
  std::string triple;
  static std::optional<ProcessFilter> parse(FieldReader in);
};

/// qProcessInfoPID:pid   qKillSpawnedProcess:pid   qUserName:uid   qGroupName:gid
struct DecimalNumber {
  int number = 0;
  static std::optional<DecimalNumber> parse(FieldReader in);
};

/// qPlatform_shell:command,seconds (hex)[,folder]
struct ShellCommand {
  std::string command;
  std::uint32_t seconds = 0;
  std::string folder;
  static std::optional<ShellCommand> parse(FieldReader in);
};

/// qPlatform_mkdir:mode (hex),path   qPlatform_chmod:mode (hex),path
struct PathMode {
  std::uint32_t mode = 0;
  std::string path;
  static std::optional<PathMode> parse(FieldReader in);
};

/// qPathComplete:only folders (0 or 1),path
struct PathStart {
  bool only_folders = false;
  std::string path;
  static std::optional<PathStart> parse(FieldReader in);
};

/// QSetWorkingDir:path
struct FolderPath {
  std::string path;
  static std::optional<FolderPath> parse(FieldReader in);
};

/// qLaunchGDBServer;*( key ":" value ";" )      key = port | host, which the server knows better
struct LaunchServer {
  std::uint16_t port = 0;  ///< 0: any
  static std::optional<LaunchServer> parse(FieldReader in);
};

}  // namespace protocol::requests
