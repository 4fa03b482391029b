#include "protocol/requests/host_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "server/handlers/families.hpp"
#include "server/handlers/host_files.hpp"
#include "target/file_digest.hpp"

// Host I/O as the gdb manual has it: replies are "F" result [ "," errno ] [ ";" attachment ], numbers are
// hex, and both flags and errno values are gdb's own (appendix "File-I/O Remote Protocol Extension").
namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;

struct ErrnoRow {
  int ours;
  unsigned wire;
};
constexpr std::array errno_rows{
    ErrnoRow{EPERM, 1},   ErrnoRow{ENOENT, 2},  ErrnoRow{EINTR, 4},   ErrnoRow{EBADF, 9},
    ErrnoRow{EACCES, 13}, ErrnoRow{EFAULT, 14}, ErrnoRow{EBUSY, 16},  ErrnoRow{EEXIST, 17},
    ErrnoRow{ENODEV, 19}, ErrnoRow{ENOTDIR, 20}, ErrnoRow{EISDIR, 21}, ErrnoRow{EINVAL, 22},
    ErrnoRow{ENFILE, 23}, ErrnoRow{EMFILE, 24}, ErrnoRow{EFBIG, 27},  ErrnoRow{ENOSPC, 28},
    ErrnoRow{ESPIPE, 29}, ErrnoRow{EROFS, 30},  ErrnoRow{ENOSYS, 88}, ErrnoRow{ENAMETOOLONG, 91},
};
constexpr unsigned unknown_errno = 9999;

struct FlagRow {
  std::uint32_t wire;
  int ours;
};
constexpr std::array open_flag_rows{
    FlagRow{0x1, O_WRONLY}, FlagRow{0x2, O_RDWR},    FlagRow{0x8, O_APPEND},
    FlagRow{0x200, O_CREAT}, FlagRow{0x400, O_TRUNC}, FlagRow{0x800, O_EXCL},
    // lldb's own: not to wait, not to follow links, to close at exec.
    FlagRow{1 << 28, 0}, FlagRow{1 << 29, O_NOFOLLOW}, FlagRow{1 << 30, 0},
};

Reply file_failure(int code) {
  unsigned wire = unknown_errno;
  for (const auto& row : errno_rows)
    if (row.ours == code) wire = row.wire;
  return reply::Payload{"F-1," + hex_number(wire)};
}

Reply file_result(std::uint64_t result) { return reply::Payload{"F" + hex_number(result)}; }

Reply file_data(std::uint64_t result, std::string_view data) {
  reply::Payload payload{"F" + hex_number(result) + ";"};
  append_escaped(payload.text, data);
  return payload;
}

Reply open_file(HostFiles& files, const OpenFile& request) {
  int flags = 0;
  std::uint32_t known = 0;
  for (const auto& row : open_flag_rows) {
    known |= row.wire;
    if ((request.flags & row.wire) != 0) flags |= row.ours;
  }
  if ((request.flags & ~known) != 0) return file_failure(EINVAL);
  auto file = files.system.open(request.path, flags, request.mode & 07777);
  if (!file) return file_failure(file.error().code);
  const auto number = static_cast<std::uint32_t>(file->get());
  files.open[number] = std::move(*file);
  return file_result(number);
}

const target::FileDescriptor* find(HostFiles& files, std::uint32_t number) {
  const auto found = files.open.find(number);
  return found == files.open.end() ? nullptr : &found->second;
}

Reply close_file(HostFiles& files, const FileNumber& request) {
  return files.open.erase(request.number) == 1 ? file_result(0) : file_failure(EBADF);
}

// As much as fits into one packet once it is escaped; the client asks again for the rest.
Reply read_file(HostFiles& files, const ReadFile& request) {
  const auto* file = find(files, request.descriptor);
  if (file == nullptr) return file_failure(EBADF);
  constexpr std::size_t head = 16;
  auto& data = files.buffer;
  data.resize(std::min<std::uint64_t>(request.count, packet_size - head));
  const auto got = pread(file->get(), data.data(), data.size(), static_cast<off_t>(request.offset));
  if (got < 0) return file_failure(errno);
  std::string escaped;
  escaped.reserve(data.size() + data.size() / 8);
  const auto taken = append_escaped(escaped, std::string_view(data.data(), static_cast<std::size_t>(got)),
                                    packet_size - head);
  return reply::Payload{"F" + hex_number(taken) + ";" + escaped};
}

Reply write_file(HostFiles& files, const WriteFile& request) {
  const auto* file = find(files, request.descriptor);
  if (file == nullptr) return file_failure(EBADF);
  const auto put = pwrite(file->get(), request.bytes.data(), request.bytes.size(),
                          static_cast<off_t>(request.offset));
  if (put < 0) return file_failure(errno);
  return file_result(static_cast<std::uint64_t>(put));
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// struct fio_stat: dev ino mode nlink uid gid rdev (4 bytes each) size blksize blocks (8) atime mtime ctime (4)
Reply status_reply(const struct stat& status) {
  std::string out;
  for (const std::uint64_t field : {std::uint64_t{status.st_dev}, std::uint64_t{status.st_ino},
                                    std::uint64_t{status.st_mode}, std::uint64_t{status.st_nlink},
                                    std::uint64_t{status.st_uid}, std::uint64_t{status.st_gid},
                                    std::uint64_t{status.st_rdev}})
    append_big_endian(out, field, 4);
  for (const auto field : {status.st_size, status.st_blksize, status.st_blocks})
    append_big_endian(out, static_cast<std::uint64_t>(field), 8);
  for (const auto field : {status.st_atime, status.st_mtime, status.st_ctime})
    append_big_endian(out, static_cast<std::uint64_t>(field), 4);
  return file_data(out.size(), out);
}

Reply status_of_open(HostFiles& files, const FileNumber& request) {
  const auto* file = find(files, request.number);
  struct stat status{};
  if (file == nullptr) return file_failure(EBADF);
  if (fstat(file->get(), &status) != 0) return file_failure(errno);
  return status_reply(status);
}

template <bool follow>
Reply status_of_path(HostFiles& files, const FilePath& request) {
  const auto status = files.system.status(request.path, follow);
  return status ? status_reply(*status) : file_failure(status.error().code);
}

Reply unlink_file(HostFiles& files, const FilePath& request) {
  const auto done = files.system.unlink(request.path);
  return done ? file_result(0) : file_failure(done.error().code);
}

Reply read_link(HostFiles& files, const FilePath& request) {
  const auto target = files.system.read_link(request.path);
  return target ? file_data(target->size(), *target) : file_failure(target.error().code);
}

Reply set_file_system(HostFiles& files, const FileNumber& request) {
  std::optional<target::Pid> pid;
  if (request.number != 0) pid = target::Pid{static_cast<int>(request.number)};
  const auto done = files.system.set_process(pid);
  return done ? file_result(0) : file_failure(done.error().code);
}

// lldb's part of the family. Where it leaves the result out it wants a comma in its place.

Reply size_of(HostFiles& files, const FilePath& request) {
  const auto status = files.system.status(request.path, true);
  if (!status) return file_failure(status.error().code);
  return reply::Payload{"F" + fmt::format("{:016x}", status->st_size)};
}

Reply mode_of(HostFiles& files, const FilePath& request) {
  const auto status = files.system.status(request.path, true);
  return status ? file_result(status->st_mode & 07777) : file_failure(status.error().code);
}

Reply exists(HostFiles& files, const FilePath& request) {
  return reply::Payload{files.system.status(request.path, true) ? "F,1" : "F,0"};
}

// Two numbers, each of eight of the sum's bytes, as they lie in memory.
Reply digest_of(HostFiles& files, const FilePath& request) {
  const auto file = files.system.open(request.path, O_RDONLY, 0);
  const auto sum = file ? target::md5_of(file->get()) : std::nullopt;
  if (!sum) return reply::Payload{"F,x"};
  return reply::Payload{fmt::format("F,{:016x}{:016x}", sum->first, sum->second)};
}

Reply make_link(HostFiles& files, const LinkPaths& request) {
  const auto done = files.system.make_link(request.target, request.link);
  return done ? file_result(0) : file_failure(done.error().code);
}

using Row = BasicRoute<HostFiles>;
constexpr std::array rows{
    Row{"open:", parse_then<OpenFile, open_file>},
    Row{"close:", parse_then<FileNumber, close_file>},
    Row{"pread:", parse_then<ReadFile, read_file>},
    Row{"pwrite:", parse_then<WriteFile, write_file>},
    Row{"fstat:", parse_then<FileNumber, status_of_open>},
    Row{"stat:", parse_then<FilePath, status_of_path<true>>},
    Row{"lstat:", parse_then<FilePath, status_of_path<false>>},
    Row{"unlink:", parse_then<FilePath, unlink_file>},
    Row{"readlink:", parse_then<FilePath, read_link>},
    Row{"setfs:", parse_then<FileNumber, set_file_system>},
    Row{"size:", parse_then<FilePath, size_of>},
    Row{"mode:", parse_then<FilePath, mode_of>},
    Row{"exists:", parse_then<FilePath, exists>},
    Row{"MD5:", parse_then<FilePath, digest_of>},
    Row{"symlink:", parse_then<LinkPaths, make_link>},
};

Reply operate(Client& client, FieldReader fields) { return operate_on_files(client.files, fields.rest()); }

constexpr std::array routes{Route{"vFile:", operate}};

}  // namespace

Reply operate_on_files(HostFiles& files, std::string_view operation) {
  static const BasicRoutes<HostFiles> operations{rows};
  return operations.answer(files, operation);
}

std::span<const Route> host_files() { return routes; }

}  // namespace server::handlers
