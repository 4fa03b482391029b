#pragma once

#include "server/options.hpp"
#include "server/platform/jobs.hpp"
#include "server/wire.hpp"

namespace server::platform {

/// One conversation with one lldb about this machine.
class Session final : public Wire {
 public:
  Session(Workshop& workshop, Endpoint address, Output& output);

 private:
  Peer& peer() override { return client_; }
  void received(std::string_view payload) override;
  void interrupted() override {}

  ClientJobs jobs_;
  Client client_;
};

}  // namespace server::platform
