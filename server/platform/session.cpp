#include "server/platform/session.hpp"

namespace server::platform {

Session::Session(Workshop& workshop, Endpoint address, Output& output)
    : Wire(output), jobs_(workshop, std::move(address)), client_(jobs_) {
  client_.answer = [this](const protocol::Reply& answer) {
    reply(answer);
    flush();
  };
  start_pending(client_, workshop.options.program);
}

void Session::received(std::string_view payload) {
  const auto answer = all_routes().answer(client_, payload);
  if (!std::holds_alternative<protocol::reply::Later>(answer)) reply(answer);
}

}  // namespace server::platform
