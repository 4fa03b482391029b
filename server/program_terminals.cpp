#include "server/program_terminals.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "server/descriptors.hpp"

namespace server {
namespace {

constexpr std::size_t piece = 64 * 1024;
// A stop is to be told some time, even where children that nobody traces go on writing.
constexpr std::size_t most_before_a_stop = 1024 * 1024;
constexpr std::size_t most_typed = 1024 * 1024;

}  // namespace

ProgramTerminals::Terminal::Terminal(asio::io_context& loop, target::Pid pid_, target::PseudoTerminal terminal)
    : pid(pid_), ours(loop, duplicate(terminal.ours.get())), programs(std::move(terminal.programs)) {}

void ProgramTerminals::serve(target::Pid pid, target::PseudoTerminal terminal) {
  hang_up(pid);  // of a process that had this id before
  terminals_.push_back(std::make_shared<Terminal>(loop_, pid, std::move(terminal)));
  await_output(terminals_.back());
}

ProgramTerminals::Pointer ProgramTerminals::find(target::Pid pid) const {
  for (const auto& terminal : terminals_)
    if (terminal->pid == pid && !terminal->hung_up) return terminal;
  return nullptr;
}

// ---- output

void ProgramTerminals::await_output(const Pointer& terminal) {
  if (terminal->awaits_output || terminal->hung_up) return;
  terminal->awaits_output = true;
  terminal->ours.async_wait(asio::posix::stream_descriptor::wait_read,
                            [this, weak = std::weak_ptr(terminal)](const asio::error_code& error) {
                              const auto self = weak.lock();
                              if (!self || error) return;
                              self->awaits_output = false;
                              output_ready(self);
                            });
}

void ProgramTerminals::output_ready(const Pointer& terminal) {
  const auto attention = audience_.attention();
  if (attention == Audience::Attention::Waits) return;
  const auto output = take(*terminal, piece);
  if (attention == Audience::Attention::Shown && !output.empty()) audience_.show(output);
  await_output(terminal);
  remove_hung_up();
}

// A read takes in what the kernel still carries from one end to the other (n_tty_read), so that nothing that was
// written before is missing.
std::string ProgramTerminals::take(Terminal& terminal, std::size_t at_most) {
  std::string text;
  char buffer[4096];  // what a terminal gives at a time
  while (text.size() < at_most) {
    const auto size = ::read(terminal.ours.native_handle(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size > 0) {
      text.append(buffer, static_cast<std::size_t>(size));
      continue;
    }
    terminal.hung_up = size == 0 || errno != EAGAIN;
    break;
  }
  return text;
}

void ProgramTerminals::drain() {
  for (const auto& terminal : terminals_)
    if (const auto output = take(*terminal, most_before_a_stop); !output.empty()) audience_.show(output);
  remove_hung_up();
}

void ProgramTerminals::look_again() {
  for (const auto& terminal : terminals_) await_output(terminal);
}

// ---- input

target::Result<void> ProgramTerminals::type(target::Pid pid, std::string_view text) {
  const auto terminal = find(pid);
  if (!terminal)
    return target::failure(ENOTTY, "process " + std::to_string(pid.value) +
                                       " does not read from a terminal of this server's; type where it was started");
  if (terminal->typed.size() + text.size() > most_typed)
    return target::failure(ENOBUFS, "process " + std::to_string(pid.value) +
                                        " has not read its earlier input yet; let it run first");
  terminal->typed += text;
  if (!terminal->awaits_room) write_typed(terminal);
  return {};
}

void ProgramTerminals::write_typed(const Pointer& terminal) {
  while (!terminal->typed.empty()) {
    const auto size = ::write(terminal->ours.native_handle(), terminal->typed.data(), terminal->typed.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    terminal->typed.erase(0, static_cast<std::size_t>(size));
  }
  if (terminal->typed.empty()) return;
  terminal->awaits_room = true;
  terminal->ours.async_wait(asio::posix::stream_descriptor::wait_write,
                            [this, weak = std::weak_ptr(terminal)](const asio::error_code& error) {
                              const auto self = weak.lock();
                              if (!self || error) return;
                              self->awaits_room = false;
                              write_typed(self);
                            });
}

// ---- the end

void ProgramTerminals::ended(target::Pid pid) {
  if (const auto terminal = find(pid)) terminal->programs.reset();
}

bool ProgramTerminals::hang_up(target::Pid pid) {
  const auto terminal = find(pid);
  if (!terminal) return false;
  terminal->hung_up = true;
  remove_hung_up();
  return true;
}

void ProgramTerminals::remove_hung_up() {
  terminals_.remove_if([](const Pointer& terminal) { return terminal->hung_up; });
}

}  // namespace server
