#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "target/types/result.hpp"

namespace tools {

struct OutputOptions {
  std::string file;  ///< "": the tool's usual stream
  bool json = false;
};

/// Where a tool's results go: as text for people or as JSON, one object a line.
class Output {
 public:
  /// A file is made, or emptied, now.
  static target::Result<Output> open(const OutputOptions& options, std::FILE* usual);

  /// What is written to it, as text.
  static target::Result<std::string> text_of(const std::function<target::Result<void>(Output&)>& write);

  bool json() const { return json_; }
  /// A person reads it as it comes.
  bool on_terminal() const { return terminal_; }
  /// The text itself, and nothing around it where colours are out of place. \param style e.g. "1;31", as in ESC[1;31m
  std::string coloured(std::string_view text, const char* style) const;

  void write(std::string_view text);
  void line(std::string_view text);
  /// The object gets "v", the version of its schema, and "type".
  void object(std::string_view type, nlohmann::ordered_json fields);

  /// What has been written is to be seen now.
  void flush();
  /// Results go to a file: nobody may be reading them now.
  bool to_file() const { return file_ && file_.get() != stdout && file_.get() != stderr; }

  /// False once something could not be written: the disk is full, or nobody reads any more.
  bool good() const { return !failed_; }
  /// Writes what is left; says what went wrong.
  target::Result<void> close();

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
  bool json_ = false;
  bool terminal_ = false;
  bool failed_ = false;
  int error_ = 0;
};

/// How far something has got, on standard error, where that is a terminal.
class Progress {
 public:
  /// \param what  "instructions"
  /// \param looks_between  how often reached() is called for each time that the clock is to be looked at
  explicit Progress(std::string what, unsigned looks_between = 1024);
  ~Progress();
  /// Says so now and then; cheap otherwise.
  void reached(unsigned long long count);

 private:
  using Clock = std::chrono::steady_clock;
  void show(unsigned long long count, Clock::time_point now);

  std::string what_;
  bool visible_;
  bool shown_ = false;
  unsigned looks_ = 0, looks_between_;
  Clock::time_point begin_, last_;
};

/// "1 234 567": with a space where people expect one.
std::string grouped(unsigned long long number);

}  // namespace tools
