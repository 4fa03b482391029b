#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "target/host_files.hpp"
#include "target/inferiors.hpp"

namespace server {

/// Those who see what programs write to their terminals.
class Audience {
 public:
  virtual ~Audience() = default;
  enum class Attention {
    Shown,    ///< output can be shown now
    Waits,    ///< it stays where it is, and a program that writes much has to wait
    Nobody,   ///< it goes nowhere, and no program waits
  };
  virtual Attention attention() const = 0;
  virtual void show(std::string_view output) = 0;
};

/// The terminals of programs that have one of ours. One is served for as long as the program or a child of it has it
/// open.
class ProgramTerminals {
 public:
  ProgramTerminals(asio::io_context& loop, Audience& audience) : loop_(loop), audience_(audience) {}

  void serve(target::Pid pid, target::PseudoTerminal terminal);
  bool empty() const { return terminals_.empty(); }

  /// Shows all that has been written so far, whatever the audience's attention.
  void drain();
  /// The audience may attend to what it did not before.
  void look_again();
  /// ENOTTY if the program has no terminal of ours, ENOBUFS if it has not read what it was given before.
  target::Result<void> type(target::Pid pid, std::string_view text);

  /// The program has ended: nothing is to keep its terminal open but its children.
  void ended(target::Pid pid);
  /// Ends the terminal; the program's writes fail with EIO from now on. False if there is none.
  bool hang_up(target::Pid pid);

 private:
  struct Terminal {
    Terminal(asio::io_context& loop, target::Pid pid_, target::PseudoTerminal terminal);
    target::Pid pid;
    asio::posix::stream_descriptor ours;
    target::FileDescriptor programs;  // keeps reading from failing while the program has its own closed
    std::string typed;                // and not yet taken
    bool awaits_output = false;
    bool awaits_room = false;
    bool hung_up = false;
  };
  using Pointer = std::shared_ptr<Terminal>;

  Pointer find(target::Pid pid) const;
  void await_output(const Pointer& terminal);
  void output_ready(const Pointer& terminal);
  void write_typed(const Pointer& terminal);
  static std::string take(Terminal& terminal, std::size_t at_most);
  void remove_hung_up();

  asio::io_context& loop_;
  Audience& audience_;
  std::list<Pointer> terminals_;
};

}  // namespace server
