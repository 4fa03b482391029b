// Where the files of a program and their separate debug files are.
//
// libdwfl's own search would load a library that fetches files over the network, at run time: no static program can.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <string>

#include "target/symbols/implementation.hpp"

namespace target::symbols {

namespace {

constexpr const char* debug_directory = "/usr/lib/debug";

// "" for a file by itself.
std::string root_of(Dwfl_Module* module) {
  void** userdata = nullptr;
  dwfl_module_info(module, &userdata, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  const auto pid = reinterpret_cast<std::intptr_t>(*userdata);
  return pid == 0 ? "" : "/proc/" + std::to_string(pid) + "/root";
}

int open_in(const std::string& root, const std::string& path) {
  return open((root + path).c_str(), O_RDONLY | O_CLOEXEC);
}

std::uint32_t checksum_of(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || status.st_size == 0) return 0;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) return 0;
  const auto sum = crc32_z(0, static_cast<const Bytef*>(bytes), size);
  munmap(bytes, size);
  return static_cast<std::uint32_t>(sum);
}

std::string build_id_path(const unsigned char* id, int length) {
  std::string path = std::string(debug_directory) + "/.build-id/";
  for (int i = 0; i < length; ++i) {
    path += "0123456789abcdef"[id[i] >> 4];
    path += "0123456789abcdef"[id[i] & 15];
    if (i == 0) path += '/';
  }
  return path + ".debug";
}

int find_by_build_id(Dwfl_Module* module, const std::string& root, std::string& found) {
  const unsigned char* id = nullptr;
  GElf_Addr unused = 0;
  const int length = dwfl_module_build_id(module, &id, &unused);
  if (length < 2) return -1;
  found = build_id_path(id, length);
  const int fd = open_in(root, found);
  // The debugger's machine may have what a container lacks.
  return fd >= 0 || root.empty() ? fd : open_in("", found);
}

int find_by_link(const std::string& root, const std::string& file, const std::string& link, GElf_Word crc, std::string& found) {
  const auto directory = file.substr(0, file.rfind('/') + 1);
  for (const auto& candidate : {directory + link, directory + ".debug/" + link, debug_directory + directory + link}) {
    const int fd = candidate == file ? -1 : open_in(root, candidate);
    if (fd < 0) continue;
    found = candidate;
    if (checksum_of(fd) == crc) return fd;
    close(fd);
  }
  return -1;
}

int find_debug_file(Dwfl_Module* module, void**, const char*, Dwarf_Addr, const char* file_name, const char* link, GElf_Word crc,
                    char** found_name) {
  const auto root = root_of(module);
  std::string found;
  int fd = find_by_build_id(module, root, found);
  if (fd < 0 && link != nullptr && file_name != nullptr) fd = find_by_link(root, file_name, link, crc, found);
  if (fd >= 0) *found_name = strdup(found.c_str());
  return fd;
}

// Through the root directory of the process; what has no path there, the vdso or a deleted file, from its memory.
int find_file(Dwfl_Module* module, void** userdata, const char* name, Dwarf_Addr base, char** file_name, Elf** elf) {
  if (name[0] == '/') {
    const int fd = open_in(root_of(module), name);
    if (fd >= 0) {
      *file_name = strdup(name);
      return fd;
    }
  }
  return dwfl_linux_proc_find_elf(module, userdata, name, base, file_name, elf);
}

}  // namespace

const Dwfl_Callbacks& process_files() {
  static const Dwfl_Callbacks callbacks{find_file, find_debug_file, nullptr, nullptr};
  return callbacks;
}

const Dwfl_Callbacks& single_file() {
  static const Dwfl_Callbacks callbacks{dwfl_build_id_find_elf, find_debug_file, dwfl_offline_section_address, nullptr};
  return callbacks;
}

}  // namespace target::symbols
