#pragma once

#include <cstdint>
#include <string>

#include "processes.hpp"

namespace bench {

// Whose command line a server understands, and in which base it writes its PacketSize.
enum class Form { gdbserver, lldb_server };

struct Server {
  std::string name;
  std::string path;
  Form form;
};

// NAME=PATH; a file whose name has "lldb-server" in it is started in lldb-server's form.
Server parse_server(const std::string& text);

// A running server that waits for its one client.
class ServerProcess {
 public:
  static ServerProcess launching(const Server& server, const std::string& program);
  static ServerProcess attaching(const Server& server, pid_t inferior);

  std::uint16_t port() const { return port_; }
  double peak_memory_mib() const;

 private:
  static ServerProcess start(const Server& server, const std::vector<std::string>& gdbserver_form,
                             const std::vector<std::string>& lldb_form);
  ServerProcess(ChildProcess process, FileDescriptor words, std::uint16_t port)
      : process_(std::move(process)), words_(std::move(words)), port_(port) {}

  ChildProcess process_;
  FileDescriptor words_;  // kept open: a server that writes to a closed pipe would die
  std::uint16_t port_;
};

}  // namespace bench
