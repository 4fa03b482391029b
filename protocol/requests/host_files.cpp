#include "protocol/requests/host_files.hpp"

namespace protocol::requests {

std::optional<OpenFile> OpenFile::parse(FieldReader in) {
  OpenFile request;
  request.path = in.hex_text(',');
  in.expect(',');
  request.flags = in.hex<std::uint32_t>();
  in.expect(',');
  request.mode = in.hex<std::uint32_t>();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<ReadFile> ReadFile::parse(FieldReader in) {
  ReadFile request;
  request.descriptor = in.hex<std::uint32_t>();
  in.expect(',');
  request.count = in.hex<std::uint64_t>();
  in.expect(',');
  request.offset = in.hex<std::uint64_t>();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<WriteFile> WriteFile::parse(FieldReader in) {
  WriteFile request;
  request.descriptor = in.hex<std::uint32_t>();
  in.expect(',');
  request.offset = in.hex<std::uint64_t>();
  in.expect(',');
  request.bytes = in.binary();
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<FileNumber> FileNumber::parse(FieldReader in) {
  const FileNumber request{in.hex<std::uint32_t>()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<FilePath> FilePath::parse(FieldReader in) {
  FilePath request{in.hex_text()};
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<LinkPaths> LinkPaths::parse(FieldReader in) {
  LinkPaths request;
  request.target = in.hex_text(',');
  in.expect(',');
  request.link = in.hex_text();
  if (!in.complete()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
