#pragma once

#include <optional>
#include <unordered_map>

#include "target/types/address.hpp"
#include "target/types/ids.hpp"
#include "target/types/observer.hpp"

namespace target::observers {

/// Sees one instruction after the other of threads that step.
///
/// A rep instruction stops after each of its repetitions; the processor counts it once, and so does this.
class StepObserver : public Observer {
 public:
  /// From now on the thread's steps are seen; it stands where it is.
  void begin(Thread& thread);
  /// It does not step any more.
  void leave(const Thread& thread);
  bool watches(const Thread& thread) const;
  /// The program stops when a thread that is watched comes there.
  void stop_at(std::optional<Address> place) { stop_at_ = place; }

  Interest saw(Thread& thread, const StopCause& cause) final;
  /// What a watched thread makes is watched too.
  void born(const Thread& thread, Thread& maker) final;
  void ended(const Thread& thread, bool killed) final;

 protected:
  /// The thread is about to execute the instruction at `next`, after that at `executed`. True: the program stops.
  virtual bool executed(Thread& thread, Address executed, Address next) = 0;
  /// The one at `at` has been executed too; the thread has ended with it, or become another program.
  virtual void executed_last(const Thread& thread, Address at) = 0;
  /// A repetition of the instruction at `at`, which is not done yet.
  virtual void repeated(Thread&, Address) {}

 private:
  struct Place {
    Address at;
    bool in_call;  // on the way out of a system call, which is a stop of its own and no instruction
    std::optional<Address> repeats;  // the last rep instruction that was seen to
  };
  Interest step(Thread& thread, Place& place, Address now);
  void forget(Tid tid);

  std::unordered_map<Tid, Place> at_;
  std::optional<Address> stop_at_;
  // The one that stepped last.
  Tid last_;
  Place* last_place_ = nullptr;
};

}  // namespace target::observers
