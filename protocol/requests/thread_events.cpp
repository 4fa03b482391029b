#include "protocol/requests/thread_events.hpp"

#include "protocol/thread_selector.hpp"

namespace protocol::requests {

std::optional<ThreadEvents> ThreadEvents::parse(FieldReader in) {
  in.expect(':');
  const auto wanted = in.hex<std::uint8_t>();
  if (!in.complete() || wanted > 1) return std::nullopt;
  return ThreadEvents{wanted == 1};
}

std::optional<ThreadOptions> ThreadOptions::parse(FieldReader in) {
  constexpr unsigned clones = 1, exits = 2;
  ThreadOptions request;
  while (in.accept(';')) {
    const auto bits = in.hex<std::uint32_t>();
    if ((bits & ~(clones | exits)) != 0) in.fail();
    Item item{{(bits & clones) != 0, (bits & exits) != 0}, target::ThreadSelector::all()};
    if (in.accept(':')) item.threads = read_thread_selector(in);
    request.items.push_back(item);
  }
  if (!in.complete() || request.items.empty()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
