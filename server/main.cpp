#include <cstdio>

#include "server/logging.hpp"
#include "server/options.hpp"
#include "server/server.hpp"

int main(int argc, char** argv) {
  auto command = server::parse_command_line(argc, argv);
  if (const auto* leave = std::get_if<server::Leave>(&command)) {
    std::fputs(leave->text.c_str(), leave->status == 0 ? stdout : stderr);
    return leave->status;
  }
  auto& options = std::get<server::Options>(command);
  if (const auto wrong = server::log::configure(options.log); !wrong.empty()) {
    std::fputs(("remora: " + wrong + "\n").c_str(), stderr);
    return 1;
  }
  return server::Server(std::move(options)).run();
}
