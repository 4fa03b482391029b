// How a server has programs that are somebody else's, for a while.

#include <asio/post.hpp>

#include "server/descriptors.hpp"
#include "server/server.hpp"

namespace server {
namespace {

constexpr std::chrono::milliseconds stop_patience{2000};
// What a debugger may still ask after the end of the last program.
constexpr std::chrono::seconds last_words{2};

}  // namespace

target::Result<void> Server::lend(const Loan& loan) {
  const auto listening = open_endpoint();
  if (!listening) return tl::unexpected(listening.error());
  loan_ = &loan;
  inferiors_ = &loan.inferiors;
  inferiors_->set_listener(this);
  inferiors_->wishes() = {};
  held_stop_ = loan.stop;
  note_place(loan.stop);
  watch_children();
  watch_end_of_loan();
  await_debugger();
  loan.opened(listener_->name());
  loop_.run();
  return {};
}

void Server::watch_end_of_loan() {
  if (loan_->until < 0) return;
  end_of_loan_.emplace(loop_, duplicate(loan_->until));
  end_of_loan_->async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
    if (!error) finish();
  });
}

void Server::await_debugger() {
  if (loan_->time.count() == 0) return;
  loan_time_.expires_after(loan_->time);
  loan_time_.async_wait([this](const asio::error_code& error) {
    if (!error && !connection_) finish();
  });
}

// A debugger that stays connected would keep the owner from going on.
void Server::end_loan_if_nothing_is_left() {
  if (!inferiors_->empty() || quitting_) return;
  loan_time_.expires_after(last_words);
  loan_time_.async_wait([this](const asio::error_code& error) {
    if (!error) finish();
  });
}

void Server::note_place(const target::StopEvent& stop) {
  if (auto* thread = inferiors_->find(stop.thread); thread != nullptr && thread->stopped())
    stopped_at_ = thread->registers().pc().value_or(target::Address{});
}

// A thread that a debugger has moved since must not have the signal: the fault that ends a call from within gdb means
// that the call is done.
void Server::owe_signal(const target::StopEvent& stop) {
  auto* thread = inferiors_->find(stop.thread);
  if (thread == nullptr || !thread->stopped() || !thread->reported) return;
  const auto* signal = std::get_if<target::SignalStop>(&*thread->reported);
  if (signal != nullptr && thread->registers().pc() == stopped_at_) thread->deliver = signal->signal;
}

void Server::give_back(target::Process& process) {
  if (session_->client().last_stop && session_->client().last_stop->thread.pid == process.pid())
    owe_signal(*session_->client().last_stop);
  process.announced = false;
  for (const auto& [pid, other] : inferiors_->processes())
    if (other->announced) return;
  quit();
}

void Server::take_back() {
  inferiors_->set_mode(target::run_control::Mode::AllStop);
  inferiors_->halt(stop_patience);
  inferiors_->wishes() = {};
  inferiors_->set_claims_foreign_traps(false);
  inferiors_->set_program_signals(target::SignalSet::every());
  if (quitting_ && held_stop_) owe_signal(*held_stop_);
  for (const auto& [pid, process] : inferiors_->processes()) {
    process->space().breakpoints().remove_all();
    process->space().watch_slots().clear();
    process->syscalls = target::SyscallFilter::none();
    process->announced = true;
    for (const auto& [tid, thread] : process->threads()) thread->options = {};
  }
}

}  // namespace server
