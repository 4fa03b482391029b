#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "target/linux/proc_fs.hpp"
#include "target/process.hpp"

/// What the PT_NOTE segment of a core holds, each note as the kernel writes it for a program of that kind.
namespace target::core {

/// \param name  CORE or LINUX
void append_note(std::string& notes, std::string_view name, std::uint32_t type, std::string_view content);

/// The signal that a stopped thread would have died of where it is; none if it only stopped with the others.
Signal stop_signal(const Thread& thread);
/// NT_PRSTATUS: ESRCH if the thread has been killed meanwhile.
///
/// \param signal  what the core is of. The kernel writes it for every thread, and gdb takes the last one's for that of the
///                process.
Result<std::string> thread_status_note(Thread& thread, Signal signal);
/// The rest of its registers, and the siginfo of the signal that it stopped for.
std::string thread_notes(Thread& thread);
/// NT_PRPSINFO and NT_AUXV.
std::string process_notes(const Process& process);
/// NT_FILE: which files are mapped where.
std::string file_note(const std::vector<linux::Mapping>& mappings, std::size_t word_bytes);

}  // namespace target::core
