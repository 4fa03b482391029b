#pragma once

#include "target/linux/os_data/tables.hpp"

namespace target {

/// What the kernel tells of the whole machine, for whoever works above this folder.
namespace os_data = linux::os_data;

}  // namespace target
