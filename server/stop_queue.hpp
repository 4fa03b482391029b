#pragma once

#include <deque>

#include "target/types/stop_event.hpp"

namespace server {

/// The stops that a non-stop client is to hear of. One at a time is outstanding: it is notified, and the client
/// asks for the rest with vStopped.
class StopQueue {
 public:
  void push(const target::StopEvent& event) { events_.push_back(event); }
  const target::StopEvent* outstanding() const { return events_.empty() ? nullptr : &events_.front(); }
  /// The outstanding one, which the client is being told of now.
  const target::StopEvent* tell() {
    told_ = !events_.empty();
    return outstanding();
  }
  /// Something is outstanding, and the client does not know: it is to be notified.
  bool untold() const { return !told_ && !events_.empty(); }
  void acknowledge() {
    if (!events_.empty()) events_.pop_front();
    told_ = false;
  }
  void clear() {
    events_.clear();
    told_ = false;
  }
  /// Only ends stay: nobody can be asked about those any more.
  void keep_endings() {
    std::erase_if(events_, [](const target::StopEvent& event) { return !target::ends_process(event.cause); });
    told_ = false;
  }

 private:
  std::deque<target::StopEvent> events_;
  bool told_ = false;  // of the first
};

}  // namespace server
