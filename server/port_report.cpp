#include "server/port_report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace server {
namespace {

target::Result<void> write_name(int descriptor, const std::string& name, const std::string& where) {
  const auto size = name.size() + 1;
  if (write(descriptor, name.c_str(), size) == static_cast<ssize_t>(size)) return {};
  return target::system_failure("Can't write the port to " + where);
}

}  // namespace

target::Result<target::FileDescriptor> report_port(const PortReport& report, const std::string& name) {
  if (report.descriptor >= 0) {
    const target::FileDescriptor pipe(report.descriptor);
    const auto written = write_name(pipe.get(), name, "descriptor " + std::to_string(report.descriptor));
    if (!written) return tl::unexpected(written.error());
  }
  if (report.named_pipe.empty()) return {};
  // For reading too: that opens at once, also before there is a reader.
  target::FileDescriptor pipe(open(report.named_pipe.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!pipe) return target::system_failure("Can't open " + report.named_pipe + " to write the port to it");
  const auto written = write_name(pipe.get(), name, report.named_pipe);
  if (!written) return tl::unexpected(written.error());
  return pipe;
}

}  // namespace server
