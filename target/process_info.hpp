#pragma once

#include "target/linux/os_data/text.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/linux/process_list.hpp"

namespace target {

/// What the kernel tells of processes and threads, for whoever works above this folder.
using linux::executable_of;
using linux::Mapping;
using linux::handled_signals;
using linux::mappings_of;
using linux::every_process;
using linux::process_details;
using linux::ProcessDetails;
using linux::processes_named;
using linux::os_data::AccountNames;
using linux::read_auxv;
using linux::task_status;
using linux::thread_summary;

}  // namespace target
