#include "target/linux/os_data/tables.hpp"

#include <array>

namespace target::linux::os_data {

std::span<const Table> tables() {
  static constexpr std::array all{
      Table{"cpus", "CPUs", "Listing of all cpus/cores on the system", cpus},
      Table{"files", "File descriptors", "Listing of all file descriptors", files},
      Table{"modules", "Kernel modules", "Listing of all loaded kernel modules", modules},
      Table{"msg", "Message queues", "Listing of all message queues", message_queues},
      Table{"processes", "Processes", "Listing of all processes", processes},
      Table{"procgroups", "Process groups", "Listing of all process groups", process_groups},
      Table{"semaphores", "Semaphores", "Listing of all semaphores", semaphores},
      Table{"shm", "Shared-memory regions", "Listing of all shared-memory regions", shared_memory},
      Table{"sockets", "Internet-domain sockets", "Listing of all internet-domain sockets",
            sockets},
      Table{"threads", "Threads", "Listing of all threads", threads},
  };
  return all;
}

}  // namespace target::linux::os_data
