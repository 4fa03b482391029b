#include "protocol/requests/threads.hpp"

#include <algorithm>
#include <array>

#include "protocol/hex.hpp"
#include "protocol/thread_selector.hpp"
#include "server/handlers/families.hpp"
#include "server/stop_reporter.hpp"
#include "target/thread_locals/find.hpp"

namespace server::handlers {
namespace {

using namespace protocol;
using namespace protocol::requests;
using Match = target::ThreadSelector::Match;

bool exists(Client& client, const target::ThreadSelector& selector) {
  if (selector.thread_match == Match::One) {
    const auto* thread = client.inferiors.find(selector.tid);
    return thread != nullptr && selector.matches(thread->id()) && thread->process().announced &&
           thread->state() != target::Thread::State::Zombie;
  }
  const auto threads = client.threads();
  return std::any_of(threads.begin(), threads.end(),
                     [&](const target::Thread* thread) { return selector.matches(thread->id()); });
}

// The number that programs know from lldb-server.
constexpr int no_such_thread = 0xff;

Reply select(Client& client, FieldReader fields) {
  const auto parsed = SelectThread::parse(fields);
  if (!parsed) return failed({no_such_thread, "malformed packet: it names no thread"});
  const auto& request = *parsed;
  const bool names_one =
      request.threads.thread_match == Match::One || request.threads.process_match == Match::One;
  if (names_one && !exists(client, request.threads))
    return failed({no_such_thread, "there is no such thread"});
  (request.for_resume ? client.resumed : client.general) = request.threads;
  return reply::Ok{};
}

Reply alive(Client& client, const ThreadAlive& request) {
  if (exists(client, request.thread)) return reply::Ok{};
  return failed({ESRCH, "the thread has exited"});
}

Reply current(Client& client) {
  const auto thread = client.thread();
  if (!thread) return failed(thread.error());
  reply::Payload payload{"QC"};
  append_thread_id(payload.text, (*thread)->id(), client.features.multiprocess);
  return payload;
}

// As many threads as a packet holds, the next ones at the next question.
Reply list_on(Client& client) {
  constexpr std::size_t longest_id = 24;
  reply::Payload payload{"m"};
  const auto threads = client.threads();
  for (; client.threads_listed < threads.size(); ++client.threads_listed) {
    if (payload.text.size() + longest_id > packet_size) return payload;
    if (payload.text.size() > 1) payload.text.push_back(',');
    append_thread_id(payload.text, threads[client.threads_listed]->id(), client.features.multiprocess);
  }
  if (payload.text.size() == 1) return reply::Payload{"l"};
  return payload;
}

// Where there is none, lldb takes an empty list for a server that cannot tell, and assumes a process 1.
Reply list(Client& client) {
  client.threads_listed = 0;
  if (client.features.dialect == Dialect::Lldb && client.threads().empty()) return reply::Ok{};
  return list_on(client);
}

// A thread with something to tell is the answer, or else the first one; the client asks for others that have
// something to tell with vStopped. The rest was stopped for attaching only, and goes on: gdbserver shows one stopped
// thread too, and gdb 13 fails an assertion (remote.c, wait()) if there are more.
Reply why_all_stopped(Client& client) {
  client.stops.keep_endings();
  auto threads = client.threads();
  std::erase_if(threads, [](const target::Thread* thread) { return !thread->stopped(); });
  std::stable_partition(threads.begin(), threads.end(), [](const target::Thread* thread) {
    return thread->reported && !std::holds_alternative<target::StoppedOnRequest>(*thread->reported);
  });
  const bool all = client.features.dialect == Dialect::Lldb;
  target::ResumePlan others;
  for (const auto* thread : threads) {
    if (all || thread->reported || client.stops.outstanding() == nullptr)
      client.stops.push({thread->id(), thread->reported.value_or(target::StopCause{target::Quiet{}})});
    else
      others.entries.push_back({target::ThreadSelector::one(thread->id()), {}});
  }
  const auto* event = client.stops.tell();
  if (!others.entries.empty()) (void)client.inferiors.resume(others);
  if (event != nullptr) return reply::Payload{describe_stop(client, *event)};
  return reply::Ok{};
}

Reply why_stopped(Client& client) {
  if (client.inferiors.mode() == target::run_control::Mode::NonStop) return why_all_stopped(client);
  if (!client.last_stop) {
    // lldb would take W for the end of a program that it has yet to launch.
    if (client.features.dialect == Dialect::Lldb) return failed({ESRCH, "no process is being debugged; launch one or attach"});
    return reply::Payload{"W00"};
  }
  return reply::Payload{describe_stop(client, *client.last_stop)};
}

Reply find_thread_local(Client& client, const FindThreadLocal& request) {
  if (!exists(client, request.thread)) return failed({ESRCH, "there is no such thread"});
  auto& thread = *client.inferiors.find(request.thread.tid);
  if (auto stopped = thread.require_stopped(); !stopped) return failed(stopped.error());
  const auto found = target::thread_locals::find(thread, request.offset, request.link_map);
  if (!found) return failed(found.error());
  return reply::Payload{hex_number(found->value)};
}

constexpr std::array routes{
    bare<why_stopped>("?"),
    Route{"H", select},
    Route{"T", parse_then<ThreadAlive, alive>},
    bare<current>("qC"),
    bare<list>("qfThreadInfo"),
    bare<list_on>("qsThreadInfo"),
    Route{"qGetTLSAddr:", parse_then<FindThreadLocal, find_thread_local>},
};

}  // namespace

std::span<const Route> threads() { return routes; }

}  // namespace server::handlers
