#include "target/thread_locals/find.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "target/link_maps.hpp"
#include "target/linux/proc_fs.hpp"
#include "target/process.hpp"
#include "target/thread_locals/c_library.hpp"

namespace target::thread_locals {
namespace {

Result<Address> thread_pointer(Thread& thread) {
  const auto& layout = thread.process().layout();
  const auto spec =
      std::find_if(layout.registers.begin(), layout.registers.end(),
                   [](const RegisterSpec& candidate) { return candidate.name == "fs_base"; });
  if (spec == layout.registers.end())
    return failure(ENOSYS, "thread-local variables are found in 64-bit programs only");
  Address pointer;
  if (auto got =
          thread.registers().read(*spec, std::as_writable_bytes(std::span(&pointer.value, 1)));
      !got)
    return tl::unexpected(got.error());
  if (pointer.value == 0)
    return failure(
        EAGAIN, "the thread has no thread-local variables yet: the C library has not begun to run");
  return pointer;
}

// ---- the program itself

std::optional<TlsSegment> segment_of_program(const Words& words, Pid pid) {
  const auto auxv = linux::read_auxv(pid);
  if (!auxv) return std::nullopt;
  Elf64_auxv_t entry{};
  std::uint64_t headers = 0, count = 0;
  for (std::size_t at = 0; at + sizeof entry <= auxv->size(); at += sizeof entry) {
    std::memcpy(&entry, auxv->data() + at, sizeof entry);
    if (entry.a_type == AT_PHDR) headers = entry.a_un.a_val;
    if (entry.a_type == AT_PHNUM) count = entry.a_un.a_val;
  }
  // Only the distances inside the segment are of interest, so the bias may be left out.
  return tls_segment(words, Address{headers}, count, 0);
}

// The ABI (variant II) has linkers place the program's block right below the thread pointer, so no C library
// need be asked: local-exec code has the distance in its instructions.
Address block_of_program(const TlsSegment& segment, Address pointer) {
  const auto mask = segment.alignment - 1;
  const auto distance = segment.memory_size + (-(segment.memory_size + segment.image.value) & mask);
  return pointer - distance;
}

// ---- libraries

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// glibc's parts, whatever its version calls them: libc.so.6, libpthread.so.0, ld-linux-x86-64.so.2.
bool may_describe_threads(const LinkMapEntry& entry) {
  const auto name = file_name(entry.name);
  return name.starts_with("libc.") || name.starts_with("libc-") || name.starts_with("libpthread") ||
         name.starts_with("ld-") || name.starts_with("ld.");
}

bool is_musl(const LinkMaps& maps) {
  return std::any_of(maps.libraries.begin(), maps.libraries.end(), [](const LinkMapEntry& entry) {
    return entry.name.find("musl") != std::string::npos;
  });
}

Result<Layout> layout_of(const Words& words, const LinkMaps& maps, Address module) {
  std::vector<DynamicSymbols> candidates;
  for (const auto& entry : maps.libraries)
    if (may_describe_threads(entry)) candidates.emplace_back(words, entry.load_bias, entry.dynamic);
  const auto find = [&](std::string_view name) -> std::optional<Address> {
    for (const auto& symbols : candidates)
      if (const auto at = symbols.find(name)) return at;
    return std::nullopt;
  };
  if (const auto described = described_layout(words, find)) return *described;
  const auto load_bias = words.word(module);  // l_addr
  const auto segment = load_bias ? tls_segment(words, Address{*load_bias}) : std::nullopt;
  if (!segment) return failure(ENOENT, "that library has no thread-local variables");
  const auto library = is_musl(maps) ? Layout::Library::Musl : Layout::Library::Glibc;
  if (const auto measured = measured_layout(words, library, module, *segment)) return *measured;
  return failure(ENOSYS,
                 "the program's C library is not known: it is neither glibc nor musl as they keep "
                 "thread-local variables");
}

bool is_link_map(const Words& words, Address module) {
  const auto load_bias = words.word(module);
  return load_bias && (*load_bias == 0 || is_elf_header(words, Address{*load_bias}));
}

}  // namespace

Result<Address> find(Thread& thread, std::uint64_t offset, Address link_map) {
  auto& process = thread.process();
  const auto pointer = thread_pointer(thread);
  if (!pointer) return pointer;
  const Words words(
      [&](Address at, std::span<std::byte> into) { return process.space().read(at, into); },
      sizeof(std::uint64_t));
  const auto maps = read_link_maps(process, std::nullopt);
  if (!maps) return tl::unexpected(maps.error());
  if (link_map.value == 0 || link_map == maps->main) {
    const auto segment = segment_of_program(words, Pid{process.witness().value});
    if (segment) return block_of_program(*segment, *pointer) + offset;
    if (link_map.value == 0) return failure(ENOENT, "the program has no thread-local variables");
  }
  if (!is_link_map(words, link_map))
    return failure(EINVAL, "that is no link map of a loaded library");
  const auto layout = layout_of(words, *maps, link_map);
  if (!layout) return tl::unexpected(layout.error());
  const auto block = block_of(words, *layout, *pointer, link_map);
  if (!block) return block;
  return *block + offset;
}

}  // namespace target::thread_locals
