#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "floors/bare_server.hpp"
#include "inferiors/block_pattern.h"
#include "rows/rows.hpp"
#include "session.hpp"

namespace bench {

namespace {

// In memory and without a name of its own, so that nothing is left behind whatever happens.
class WarmFile {
 public:
  explicit WarmFile(std::size_t size)
      : size_(size), file_(memfd_create("remora-bench", MFD_CLOEXEC)), block_(BLOCK_SIZE, '\0') {
    fill_block(reinterpret_cast<unsigned char*>(block_.data()), block_.size());
    for (std::size_t written = 0; written < size; written += block_.size())
      if (write(file_.get(), block_.data(), block_.size()) != static_cast<ssize_t>(block_.size()))
        throw std::system_error(errno, std::generic_category(), "the file to read");
  }
  std::string path() const { return fmt::format("/proc/{}/fd/{}", getpid(), file_.get()); }
  std::size_t size() const { return size_; }
  bool begins_with(std::string_view bytes) const {
    return !bytes.empty() && block_.starts_with(bytes.substr(0, block_.size()));
  }

 private:
  std::size_t size_;
  FileDescriptor file_;
  std::string block_;
};

const WarmFile& warm_file(const Bench& bench) {
  static const WarmFile file(bench.effort.file_bytes);
  return file;
}

// F followed by the result in hexadecimal, and with pread by ; and the bytes.
std::string file_answer(Session& session, const std::string& request) {
  auto answer = session.ask(request);
  if (answer.empty()) throw NotAvailable("the server does not know " + request.substr(0, request.find(':', 6)));
  if (!answer.starts_with('F') || answer.starts_with("F-1"))
    throw std::runtime_error(fmt::format("{} answered \"{}\"", request.substr(0, 12), answer.substr(0, 40)));
  return answer;
}

std::string read_piece(Session& session, const std::string& descriptor, std::size_t offset) {
  const auto request = fmt::format("vFile:pread:{},{:x},{:x}", descriptor, session.packet_size(), offset);
  const auto answer = file_answer(session, request);
  const auto data = answer.find(';');
  if (data == std::string::npos) throw std::runtime_error("vFile:pread brought no data");
  return unescape(std::string_view(answer).substr(data + 1));
}

Samples read_file(const Bench& bench, const Server& server) {
  const auto& file = warm_file(bench);
  auto session = Session::launch(server, bench.programs.counts_forever);
  session.ask("vFile:setfs:0");  // lldb-server answers with nothing, which is fine
  const auto descriptor = file_answer(session, fmt::format("vFile:open:{},0,0", to_hex(file.path()))).substr(1);
  if (!file.begins_with(read_piece(session, descriptor, 0)))
    throw std::runtime_error("vFile:pread brought other bytes");

  const auto begin = Clock::now();
  for (std::size_t offset = 0; offset < file.size();) {
    const auto count = read_piece(session, descriptor, offset).size();
    if (count == 0) throw std::runtime_error("the file ended early");
    offset += count;
  }
  return megabytes_per_second(file.size(), one_way({microseconds_since(begin)}));
}

Samples bare_read_file(const Bench& bench) {
  const auto& file = warm_file(bench);
  BareServer server(Waiting::asleep, file.path());
  constexpr std::uint32_t piece = 1 << 20;
  const auto begin = Clock::now();
  for (std::size_t offset = 0; offset < file.size(); offset += piece) server.ask(BareRequest::read_file, piece, offset);
  return megabytes_per_second(file.size(), one_way({microseconds_since(begin)}));
}

}  // namespace

std::vector<Row> file_rows() {
  return {{"vFile:pread of a large warm file", "MB/s", true, read_file, bare_read_file,
           "pread and the bytes as they are over TCP"}};
}

}  // namespace bench
