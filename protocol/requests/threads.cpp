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

std::optional<FindThreadLocal> FindThreadLocal::parse(FieldReader in) {
  FindThreadLocal request;
  request.thread = read_thread_selector(in);
  in.expect(',');
  request.offset = in.hex<std::uint64_t>();
  in.expect(',');
  request.link_map.value = in.hex<std::uint64_t>();
  if (!in.complete() || request.thread.thread_match != target::ThreadSelector::Match::One) return std::nullopt;
  return request;
}

}  // namespace protocol::requests
