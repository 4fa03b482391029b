#include "floors/tracee.hpp"

#include <elf.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>

#include "inferiors/block_pattern.h"
#include "processes.hpp"

namespace bench {

namespace {

volatile long counter = 0;
unsigned char block[BLOCK_SIZE];

__attribute__((noinline)) void count_once() { counter = counter + 1; }

[[noreturn]] void count_forever() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) count_once();
}

long checked(long result, const char* doing) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), doing);
  return result;
}

// ptrace takes numbers and pointers in the same places.
template <class Address = long, class Data = long>
long trace(__ptrace_request request, pid_t pid, Address address = 0, Data data = 0) {
  return ptrace(request, pid, reinterpret_cast<void*>(address), reinterpret_cast<void*>(data));
}

void wait_asleep(pid_t pid) {
  int status;
  while (waitpid(pid, &status, __WALL) < 0) {
    throw_if_interrupted();
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  if (!WIFSTOPPED(status)) throw std::runtime_error("the traced program ended");
}

long text_at(std::uint64_t address, pid_t pid) {
  errno = 0;
  return trace(PTRACE_PEEKTEXT, pid, address);
}

const auto counting_place = reinterpret_cast<std::uint64_t>(&count_once);

}  // namespace

Tracee::Tracee() {
  fill_block(block, sizeof block);
  pid_ = fork();
  if (pid_ == 0) count_forever();
  checked(pid_, "fork");
  checked(trace(PTRACE_SEIZE, pid_, 0, long{PTRACE_O_EXITKILL}), "PTRACE_SEIZE");
  checked(trace(PTRACE_INTERRUPT, pid_), "PTRACE_INTERRUPT");
  wait_asleep(pid_);
}

Tracee::~Tracee() {
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {
  }
}

void Tracee::wait_for_stop(Waiting waiting) {
  if (waiting == Waiting::asleep) return wait_asleep(pid_);
  while (waitpid(pid_, nullptr, __WALL | WNOHANG) == 0) throw_if_interrupted();
}

void Tracee::step(Waiting waiting) {
  checked(trace(PTRACE_SINGLESTEP, pid_), "PTRACE_SINGLESTEP");
  wait_for_stop(waiting);
}

void Tracee::run_to_stop(Waiting waiting) {
  checked(trace(PTRACE_CONT, pid_), "PTRACE_CONT");
  wait_for_stop(waiting);
  user_regs_struct registers;
  checked(trace(PTRACE_GETREGS, pid_, 0, &registers), "PTRACE_GETREGS");
  if (registers.rip != counting_place + 1) return;
  registers.rip = counting_place;
  checked(trace(PTRACE_SETREGS, pid_, 0, &registers), "PTRACE_SETREGS");
}

void Tracee::insert_breakpoint() {
  const long patched = (text_at(counting_place, pid_) & ~0xffL) | 0xcc;
  checked(trace(PTRACE_POKETEXT, pid_, counting_place, patched), "PTRACE_POKETEXT");
}

void Tracee::remove_breakpoint() {
  const long first_byte = *reinterpret_cast<const unsigned char*>(counting_place);
  const long original = (text_at(counting_place, pid_) & ~0xffL) | first_byte;
  checked(trace(PTRACE_POKETEXT, pid_, counting_place, original), "PTRACE_POKETEXT");
}

void Tracee::watch_counter() {
  constexpr long slot_0_eight_bytes_written = 1 | 0b1001L << 16;
  const auto debug_register = [](int n) { return static_cast<long>(offsetof(user, u_debugreg)) + n * 8L; };
  const auto watched = reinterpret_cast<std::uint64_t>(&counter);
  checked(trace(PTRACE_POKEUSER, pid_, debug_register(0), watched), "PTRACE_POKEUSER");
  checked(trace(PTRACE_POKEUSER, pid_, debug_register(7), slot_0_eight_bytes_written), "PTRACE_POKEUSER");
}

std::size_t Tracee::read(std::uint64_t offset, void* bytes, std::size_t count) const {
  const iovec here{bytes, count};
  const iovec there{block + offset, count};
  return static_cast<std::size_t>(checked(process_vm_readv(pid_, &here, 1, &there, 1, 0), "process_vm_readv"));
}

std::size_t Tracee::write(std::uint64_t offset, const void* bytes, std::size_t count) {
  const iovec here{const_cast<void*>(bytes), count};
  const iovec there{block + offset, count};
  return static_cast<std::size_t>(checked(process_vm_writev(pid_, &here, 1, &there, 1, 0), "process_vm_writev"));
}

void Tracee::read_all_registers() const {
  user_regs_struct general;
  checked(trace(PTRACE_GETREGS, pid_, 0, &general), "PTRACE_GETREGS");
  char extended[8192];
  iovec into{extended, sizeof extended};
  checked(trace(PTRACE_GETREGSET, pid_, long{NT_X86_XSTATE}, &into), "PTRACE_GETREGSET");
}

std::vector<pid_t> threads_of(pid_t process) {
  std::vector<pid_t> threads;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task"))
    threads.push_back(std::stoi(task.path().filename()));
  return threads;
}

void seize_and_stop(const std::vector<pid_t>& threads) {
  for (pid_t thread : threads) checked(trace(PTRACE_SEIZE, thread), "PTRACE_SEIZE");
  stop_seized(threads);
}

void stop_seized(const std::vector<pid_t>& threads) {
  for (pid_t thread : threads) checked(trace(PTRACE_INTERRUPT, thread), "PTRACE_INTERRUPT");
  for (pid_t thread : threads) wait_asleep(thread);
}

void resume_seized(const std::vector<pid_t>& threads) {
  for (pid_t thread : threads) checked(trace(PTRACE_CONT, thread), "PTRACE_CONT");
}

OneProcessor::OneProcessor() : before_(sizeof(cpu_set_t)) {
  sched_getaffinity(0, before_.size(), reinterpret_cast<cpu_set_t*>(before_.data()));
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
}

OneProcessor::~OneProcessor() {
  sched_setaffinity(0, before_.size(), reinterpret_cast<const cpu_set_t*>(before_.data()));
}

}  // namespace bench
