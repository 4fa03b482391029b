#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/host_files.hpp"
#include "server/logging.hpp"
#include "server/monitor_tool.hpp"
#include "server/peer.hpp"
#include "server/stop_queue.hpp"
#include "target/core/output_file.hpp"
#include "target/inferiors.hpp"
#include "target/process_info.hpp"
#include "target/types/ids.hpp"
#include "target/types/stop_event.hpp"

namespace server {

/// What the person at the server sees; and what a client may ask of the server itself.
class Console {
 public:
  virtual ~Console() = default;
  /// One line on the server's terminal and in its log.
  virtual void say(const std::string& line) = 0;
  /// The client wants the server gone (monitor exit).
  virtual void quit() = 0;
  /// A program has been started with a terminal of its own, which is to be served until it is hung up.
  virtual void serve_terminal(target::Pid, target::PseudoTerminal) {}
  /// What a program is to read from its terminal; ENOTTY if it has none that is served.
  virtual target::Result<void> type(target::Pid pid, std::string_view text);
  /// The programs are somebody else's, who has stopped them and lets them go on when they are given back.
  virtual bool is_borrowed() const { return false; }
  /// Monitor commands beside the server's own.
  virtual const std::vector<MonitorTool>& monitor_tools() const;
  /// In place of a detach.
  virtual void give_back(target::Process&) {}
};

/// One debugger and what it has agreed, chosen and opened. Handlers work on this.
class Client : public Peer {
 public:
  Client(target::Inferiors& inferiors_, Console& console_, target::LaunchSpec launch_)
      : inferiors(inferiors_),
        console(console_),
        launch(std::move(launch_)),
        own_environment(launch.environment) {}

  target::Inferiors& inferiors;
  Console& console;

  /// To be called when what was agreed has changed: has the inferiors report what this client understands.
  void have_agreed();
  bool extended = false;                ///< target extended-remote

  /// Hg and Hc.
  target::ThreadSelector general;
  target::ThreadSelector resumed;
  /// How many threads qfThreadInfo and its continuations have named.
  std::size_t threads_listed = 0;
  /// What ? answers.
  std::optional<target::StopEvent> last_stop;
  StopQueue stops;

  /// How vRun starts a program.
  target::LaunchSpec launch;
  std::vector<std::string> own_environment;  ///< the server's, for QEnvironmentReset
  std::string launch_failure;                ///< of the last A packet; "" if it went well
  /// True: programs are let go if this client is lost; false: those that were started are killed; nothing: they are
  /// held for the next client.
  std::optional<bool> detaches_on_loss;

  /// What vAttachWait waits for.
  struct Awaited {
    std::string file_name;
    std::set<target::Pid> others;  ///< that had run it before
  };
  std::optional<Awaited> awaited;

  /// What programs have written, for a client that hears of it by notifications (non-stop). The first piece has been
  /// notified; the client asks for the rest with vStdio.
  std::deque<std::string> output;

  /// The object that qXfer reads piece by piece.
  struct Object {
    const void* maker = nullptr;
    std::string annex;
    std::string text;
  };
  Object object;

  /// What QSaveRegisterState has put aside.
  struct SavedRegisters {
    target::ThreadId thread;
    std::vector<std::byte> bytes;
  };
  std::map<unsigned, SavedRegisters> saved_registers;
  unsigned registers_saved = 0;  ///< so far

  /// The memory map of a process that has not run since it was read.
  struct MemoryMap {
    target::Pid pid;
    std::vector<target::Mapping> mappings;
  };
  std::optional<MemoryMap> memory_map;

  /// What qSaveCore has written last; the client copies it, and does not remove it where it sees the same files.
  std::optional<target::core::TemporaryFile> saved_core;

  HostFiles files;

  /// The thread that Hg has chosen, or where it left that open, the one that stopped last.
  target::Result<target::Thread*> thread() const { return choose(general); }
  /// The same; EBUSY if it runs.
  target::Result<target::Thread*> stopped_thread() const { return stopped_thread(general); }
  target::Result<target::Thread*> stopped_thread(const target::ThreadSelector& selector) const;
  /// The thread for c and s packets.
  target::Result<target::Thread*> thread_to_resume() const;
  target::Result<target::Process*> process() const;
  /// It has sent what only lldb sends.
  void speaks_lldb();
  /// A process has stopped, or was stopped already, for the client to look at.
  const target::StopEvent& chose(target::Process& process);
  /// The one of a process's threads that a person would look at: it stopped last. Clients choose others by the way.
  target::Tid thread_of_interest(const target::Process& process) const;
  /// Every thread that the client may know of: without leaders that have exited before their threads, and
  /// without children whose birth it has not been told of.
  std::vector<target::Thread*> threads() const;

  /// Shows text in the debugger while it waits for a reply.
  std::function<void(std::string_view)> show;

 private:
  target::Result<target::Thread*> choose(const target::ThreadSelector& selector) const;
};

}  // namespace server
