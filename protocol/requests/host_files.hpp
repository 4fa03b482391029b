#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/field_reader.hpp"

/// vFile:operation:parameters. File names are in hex; numbers too.
namespace protocol::requests {

/// open: name,flags,mode with gdb's own flag bits
struct OpenFile {
  std::string path;
  std::uint32_t flags = 0;
  std::uint32_t mode = 0;
  static std::optional<OpenFile> parse(FieldReader in);
};

/// pread: descriptor,count,offset
struct ReadFile {
  std::uint32_t descriptor = 0;
  std::uint64_t count = 0;
  std::uint64_t offset = 0;
  static std::optional<ReadFile> parse(FieldReader in);
};

/// pwrite: descriptor,offset,escaped bytes
struct WriteFile {
  std::uint32_t descriptor = 0;
  std::uint64_t offset = 0;
  std::string bytes;
  static std::optional<WriteFile> parse(FieldReader in);
};

/// close, fstat: descriptor      setfs: pid
struct FileNumber {
  std::uint32_t number = 0;
  static std::optional<FileNumber> parse(FieldReader in);
};

/// stat, lstat, unlink, readlink, size, mode, exists, MD5: name
struct FilePath {
  std::string path;
  static std::optional<FilePath> parse(FieldReader in);
};

/// symlink: what it is to lead to, its own name
struct LinkPaths {
  std::string target;
  std::string link;
  static std::optional<LinkPaths> parse(FieldReader in);
};

}  // namespace protocol::requests
