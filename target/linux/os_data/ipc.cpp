// System V shared memory, semaphores and message queues: /proc/sysvipc, whose first line names the fields.

#include <algorithm>
#include <ctime>
#include <span>

#include "target/linux/os_data/tables.hpp"
#include "target/linux/os_data/text.hpp"

namespace target::linux::os_data {
namespace {

struct Field {
  enum class Kind { Plain, User, Group, Process, Time };

  const char* column;
  std::string_view kernel_name;
  Kind kind = Kind::Plain;
};
using Kind = Field::Kind;

std::string shown_time(std::string_view seconds) {
  const auto time = number_in<std::time_t>(seconds);
  std::tm parts{};
  char text[64] = "";
  if (time != 0 && localtime_r(&time, &parts) != nullptr)
    std::strftime(text, sizeof text, "%c", &parts);
  return text;
}

// Its number where it has ended.
std::string shown_process(std::string_view pid) {
  const std::string command(trimmed(text_of("/proc/" + std::string(pid) + "/comm")));
  return command.empty() ? std::string(pid) : command;
}

Rows read(const char* file, std::span<const Field> wanted) {
  const auto users = AccountNames::of_users();
  const auto groups = AccountNames::of_groups();
  const auto shown = [&](Kind kind, std::string_view value) -> std::string {
    switch (kind) {
      case Kind::User:
        return users.name(value);
      case Kind::Group:
        return groups.name(value);
      case Kind::Process:
        return shown_process(value);
      case Kind::Time:
        return shown_time(value);
      case Kind::Plain:
        break;
    }
    return std::string(value);
  };
  Rows rows;
  const auto text = text_of(file);
  const auto lines = lines_of(text);
  if (lines.empty()) return rows;
  const auto names = fields_of(lines[0]);
  for (const auto line : std::span(lines).subspan(1)) {
    const auto values = fields_of(line);
    Row row;
    for (const auto& field : wanted) {
      const auto at = static_cast<std::size_t>(
          std::find(names.begin(), names.end(), field.kernel_name) - names.begin());
      row.push_back({field.column, at < values.size() ? shown(field.kind, values[at]) : ""});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Rows shared_memory() {
  static constexpr Field fields[] = {{"key", "key"},
                                     {"shmid", "shmid"},
                                     {"permissions", "perms"},
                                     {"size", "size"},
                                     {"creator command", "cpid", Kind::Process},
                                     {"last op. command", "lpid", Kind::Process},
                                     {"num attached", "nattch"},
                                     {"user", "uid", Kind::User},
                                     {"group", "gid", Kind::Group},
                                     {"creator user", "cuid", Kind::User},
                                     {"creator group", "cgid", Kind::Group},
                                     {"last shmat() time", "atime", Kind::Time},
                                     {"last shmdt() time", "dtime", Kind::Time},
                                     {"last shmctl() time", "ctime", Kind::Time}};
  return read("/proc/sysvipc/shm", fields);
}

Rows semaphores() {
  static constexpr Field fields[] = {{"key", "key"},
                                     {"semid", "semid"},
                                     {"permissions", "perms"},
                                     {"num semaphores", "nsems"},
                                     {"user", "uid", Kind::User},
                                     {"group", "gid", Kind::Group},
                                     {"creator user", "cuid", Kind::User},
                                     {"creator group", "cgid", Kind::Group},
                                     {"last semop() time", "otime", Kind::Time},
                                     {"last semctl() time", "ctime", Kind::Time}};
  return read("/proc/sysvipc/sem", fields);
}

Rows message_queues() {
  static constexpr Field fields[] = {{"key", "key"},
                                     {"msqid", "msqid"},
                                     {"permissions", "perms"},
                                     {"num used bytes", "cbytes"},
                                     {"num messages", "qnum"},
                                     {"last msgsnd() command", "lspid", Kind::Process},
                                     {"last msgrcv() command", "lrpid", Kind::Process},
                                     {"user", "uid", Kind::User},
                                     {"group", "gid", Kind::Group},
                                     {"creator user", "cuid", Kind::User},
                                     {"creator group", "cgid", Kind::Group},
                                     {"last msgsnd() time", "stime", Kind::Time},
                                     {"last msgrcv() time", "rtime", Kind::Time},
                                     {"last msgctl() time", "ctime", Kind::Time}};
  return read("/proc/sysvipc/msg", fields);
}

}  // namespace target::linux::os_data
