#pragma once

#include <deque>

#include "target/types/stop_event.hpp"

namespace server {

/// The stops that a non-stop client is to hear of. One at a time is outstanding: it is notified, and the client
/// asks for the rest with vStopped.
class StopQueue {
 public:
  /// True if nothing was outstanding, so that this one is to be notified.
  bool push(const target::StopEvent& event) {
    events_.push_back(event);
    return events_.size() == 1;
  }
  const target::StopEvent* outstanding() const { return events_.empty() ? nullptr : &events_.front(); }
  void acknowledge() {
    if (!events_.empty()) events_.pop_front();
  }
  void clear() { events_.clear(); }
  /// Only ends stay: nobody can be asked about those any more.
  void keep_endings() {
    std::erase_if(events_, [](const target::StopEvent& event) { return !target::ends_process(event.cause); });
  }

 private:
  std::deque<target::StopEvent> events_;
};

}  // namespace server
