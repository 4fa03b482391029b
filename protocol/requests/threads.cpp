#include "protocol/requests/threads.hpp"

#include "protocol/thread_selector.hpp"

namespace protocol::requests {

std::optional<SelectThread> SelectThread::parse(FieldReader in) {
  SelectThread request;
  request.for_resume = in.next_is('c');
  if (!in.accept('c')) in.expect('g');
  request.threads = read_thread_selector(in);
  if (!in.complete()) return std::nullopt;
  return request;
}

std::optional<ThreadAlive> ThreadAlive::parse(FieldReader in) {
  ThreadAlive request{read_thread_selector(in)};
  if (!in.complete()) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
