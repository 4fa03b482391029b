#include "target/linux/memory_map.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace target::linux {
namespace {

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint32_t default_core_filter = 0x33;

std::string proc(int id, const char* file) { return "/proc/" + std::to_string(id) + "/" + file; }

bool has_flag(std::string_view flags, std::string_view flag) {
  for (auto at = flags.find(flag); at != std::string_view::npos; at = flags.find(flag, at + 1))
    if (at > 0 && flags[at - 1] == ' ') return true;
  return false;
}

// Below the line that /proc/PID/maps has too come lines of "Key:   value kB", and one of "VmFlags: rd wr mr".
void add_detail(DetailedMapping& mapping, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto key = line.substr(0, colon);
  const auto value = line.substr(colon + 1);
  if (key == "Anonymous") {
    mapping.own_pages = value.find_first_of("123456789") != std::string_view::npos;
  } else if (key == "VmFlags") {
    mapping.kept_out = has_flag(value, "dd");
    mapping.device = has_flag(value, "io");
    mapping.huge = has_flag(value, "ht");
    mapping.not_forked = has_flag(value, "dc");
    mapping.wiped = has_flag(value, "wf");
    mapping.watched = has_flag(value, "um") || has_flag(value, "uw") || has_flag(value, "ui");
  }
}

}  // namespace

Result<std::vector<DetailedMapping>> detailed_mappings_of(Pid pid) {
  const auto path = proc(pid.value, "smaps");
  const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path.c_str(), "re"), fclose);
  if (!file) return system_failure("open " + path);
  std::vector<DetailedMapping> mappings;
  char* text = nullptr;
  std::size_t room = 0;
  for (ssize_t length; (length = getline(&text, &room, file.get())) > 0;) {
    std::string_view line(text, static_cast<std::size_t>(length));
    if (line.back() == '\n') line.remove_suffix(1);
    const bool begins_mapping = !line.empty() && (line[0] < 'A' || line[0] > 'Z');
    if (begins_mapping)
      mappings.push_back({parse_mapping(line)});
    else if (!mappings.empty())
      add_detail(mappings.back(), line);
  }
  std::free(text);
  if (ferror(file.get())) return system_failure("read " + path);
  return mappings;
}

std::uint32_t core_filter(Pid pid) {
  const auto text = read_proc_file(proc(pid.value, "coredump_filter"));
  std::uint32_t filter = default_core_filter;
  if (text) std::from_chars(text->data(), text->data() + text->size(), filter, 16);
  return filter;
}

PageMap::PageMap(Tid task) : file_(open(proc(task.value, "pagemap").c_str(), O_RDONLY | O_CLOEXEC)) {}

AddressRange PageMap::first_touched(AddressRange within) const {
  constexpr std::uint64_t present_or_swapped = std::uint64_t{3} << 62;  // proc_pid_pagemap(5)
  std::array<std::uint64_t, 4096> pages;
  AddressRange touched{within.end, within.end};
  while (within.begin < within.end) {
    const auto count = std::min<std::uint64_t>(pages.size(), (within.end - within.begin) / page_bytes);
    const auto got = pread(file_.get(), pages.data(), count * sizeof pages[0],
                           static_cast<off_t>(within.begin.value / page_bytes * sizeof pages[0]));
    if (got < static_cast<ssize_t>(sizeof pages[0])) return {std::min(within.begin, touched.begin), within.end};
    for (std::size_t i = 0; i < static_cast<std::size_t>(got) / sizeof pages[0]; ++i) {
      const bool is_touched = (pages[i] & present_or_swapped) != 0;
      if (is_touched && touched.begin == within.end) touched.begin = within.begin;
      if (!is_touched && touched.begin != within.end) return {touched.begin, within.begin};
      within.begin = within.begin + page_bytes;
    }
  }
  return touched;
}

}  // namespace target::linux
