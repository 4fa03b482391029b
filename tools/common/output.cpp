#include "tools/common/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

namespace tools {

namespace {

constexpr int schema_version = 1;

bool wants_no_colours() {
  const char* terminal = std::getenv("TERM");
  return std::getenv("NO_COLOR") != nullptr || terminal == nullptr || std::string_view(terminal) == "dumb";
}

}  // namespace

void Output::Close::operator()(std::FILE* file) const {
  if (file != stdout && file != stderr) std::fclose(file);
}

target::Result<Output> Output::open(const OutputOptions& options, std::FILE* usual) {
  Output output;
  output.json_ = options.json;
  output.name_ = options.file.empty() ? "the output" : options.file;
  if (options.file.empty()) {
    output.file_.reset(usual);
  } else {
    output.file_.reset(std::fopen(options.file.c_str(), "we"));
    if (!output.file_) return target::system_failure("Cannot write " + options.file);
  }
  output.terminal_ = !options.json && isatty(fileno(output.file_.get())) != 0;
  return output;
}

target::Result<std::string> Output::text_of(const std::function<target::Result<void>(Output&)>& write) {
  char* text = nullptr;
  std::size_t length = 0;
  Output output;
  output.name_ = "the output";
  output.file_.reset(open_memstream(&text, &length));
  if (!output.file_) return target::system_failure("make room for the output");
  const auto written = write(output);
  output.file_.reset();
  const std::unique_ptr<char, void (*)(void*)> owned(text, std::free);
  if (!written) return tl::unexpected(written.error());
  return std::string(text, length);
}

std::string Output::coloured(std::string_view text, const char* style) const {
  static const bool plain = wants_no_colours();
  if (!terminal_ || plain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", style, text);
}

void Output::write(std::string_view text) {
  if (failed_) return;
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size()) return;
  failed_ = true;
  error_ = errno;
}

void Output::line(std::string_view text) {
  write(text);
  write("\n");
}

void Output::object(std::string_view type, nlohmann::ordered_json fields) {
  nlohmann::ordered_json object{{"v", schema_version}, {"type", type}};
  object.update(fields);
  line(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void Output::flush() {
  if (failed_ || std::fflush(file_.get()) == 0) return;
  failed_ = true;
  error_ = errno;
}

target::Result<void> Output::close() {
  flush();
  if (!failed_ || error_ == EPIPE) return {};
  return target::system_failure("Cannot write all of " + name_, error_);
}

Progress::Progress(std::string what, unsigned looks_between)
    : what_(std::move(what)), visible_(isatty(STDERR_FILENO) != 0), looks_between_(looks_between), begin_(Clock::now()), last_(begin_) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void Progress::reached(unsigned long long count) {
  if (!visible_ || ++looks_ % looks_between_ != 0) return;
  const auto now = Clock::now();
  if (now - last_ >= std::chrono::milliseconds(500)) show(count, now);
}

void Progress::show(unsigned long long count, Clock::time_point now) {
  last_ = now;
  shown_ = true;
  const auto seconds = std::chrono::duration<double>(now - begin_).count();
  const auto rate = static_cast<unsigned long long>(static_cast<double>(count) / seconds);
  std::fputs(fmt::format("\r{} {}, {}/s\x1b[K", grouped(count), what_, grouped(rate)).c_str(), stderr);
}

std::string grouped(unsigned long long number) {
  auto digits = std::to_string(number);
  for (auto at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ' ');
  return digits;
}

}  // namespace tools
