#include "target/core/writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "target/types/elf_class.hpp"

namespace target::core {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

std::uint64_t whole_pages(std::uint64_t bytes) { return (bytes + page_bytes - 1) / page_bytes * page_bytes; }

bool all_zero(std::span<const std::byte> bytes) {
  return bytes.empty() ||
         (bytes.front() == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

Result<void> write_at(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const auto put = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_failure("write to the core file");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

template <class T>
Result<void> write_objects(int file, const std::vector<T>& objects, std::uint64_t offset) {
  return write_at(file, std::as_bytes(std::span(objects)), offset);
}

std::size_t header_bytes(bool wide, std::size_t segments) {
  const auto bytes = [&]<class Elf>(Elf) {
    return sizeof(typename Elf::Header) + sizeof(typename Elf::SectionHeader) +
           (segments + 1) * sizeof(typename Elf::ProgramHeader);
  };
  return wide ? bytes(Elf64{}) : bytes(Elf32{});
}

template <class Elf>
typename Elf::ProgramHeader note_header(std::uint64_t offset, std::size_t bytes) {
  using Word = typename Elf::Word;
  typename Elf::ProgramHeader header{};
  header.p_type = PT_NOTE;
  header.p_offset = static_cast<Word>(offset);
  header.p_filesz = static_cast<Word>(bytes);
  header.p_align = 4;
  return header;
}

template <class Elf>
typename Elf::ProgramHeader load_header(const Region& region, std::uint64_t offset, std::uint64_t bytes) {
  using Word = typename Elf::Word;
  typename Elf::ProgramHeader header{};
  header.p_type = PT_LOAD;
  header.p_flags = region.permissions;
  header.p_offset = static_cast<Word>(offset);
  header.p_vaddr = static_cast<Word>(region.range.begin.value);
  header.p_filesz = static_cast<Word>(bytes);
  header.p_memsz = static_cast<Word>(region.range.end - region.range.begin);
  header.p_align = page_bytes;
  return header;
}

template <class Elf>
struct FileHeaders {
  typename Elf::Header header;
  typename Elf::SectionHeader section;
};

/// The section header follows the program headers; it counts them where e_phnum has too few bits to.
template <class Elf>
FileHeaders<Elf> file_headers(std::size_t programs) {
  FileHeaders<Elf> file{};
  auto& header = file.header;
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = Elf::file_class;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_CORE;
  header.e_machine = Elf::machine;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof header;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(typename Elf::ProgramHeader);
  header.e_phnum = static_cast<std::uint16_t>(std::min<std::size_t>(programs, PN_XNUM));
  if (programs < PN_XNUM) return file;
  header.e_shoff = static_cast<typename Elf::Word>(sizeof header + programs * sizeof(typename Elf::ProgramHeader));
  header.e_shentsize = sizeof file.section;
  header.e_shnum = 1;
  file.section.sh_info = static_cast<std::uint32_t>(programs);
  return file;
}

}  // namespace

Writer::Writer(int file, Snapshot snapshot, const Source& source, std::uint64_t most_stored)
    : file_(file), snapshot_(std::move(snapshot)), source_(source), most_stored_(most_stored), buffer_(piece_bytes) {
  for (const auto& region : snapshot_.regions) segments_.push_back({&region});
  // What is small (stacks, the data of libraries) tells more than a piece of what is large.
  if (most_stored_ != no_limit)
    std::stable_sort(segments_.begin(), segments_.end(),
                     [](const Segment& a, const Segment& b) { return a.region->kept < b.region->kept; });
  summary_.threads = snapshot_.threads;
  end_ = place_of_data();
  begin_segment();
}

std::uint64_t Writer::place_of_data() const {
  return whole_pages(header_bytes(snapshot_.wide, snapshot_.regions.size()) + snapshot_.notes.size());
}

Result<bool> Writer::advance(std::chrono::microseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (!complete_) {
    if (auto done = write_piece(); !done) return tl::unexpected(done.error());
    if (std::chrono::steady_clock::now() >= deadline) break;
  }
  return complete_;
}

void Writer::begin_segment() {
  position_ = 0;
  any_readable_ = false;
  if (current_ < segments_.size()) segments_[current_].offset = end_;
}

void Writer::end_segment(std::uint64_t bytes) {
  auto& segment = segments_[current_];
  const auto& region = *segment.region;
  segment.bytes = bytes;
  end_ += whole_pages(bytes);
  summary_.filtered += (region.range.end - region.range.begin) - region.kept;
  ++current_;
  begin_segment();
}

AddressRange Writer::next_stretch() {
  const auto& region = *segments_[current_].region;
  const AddressRange left{region.range.begin + position_, region.range.begin + region.kept};
  if (!region.anonymous || left.begin == left.end) return left;
  // Looking for the end of a long stretch takes longer than reading a piece of it: once is enough.
  if (!stretch_.contains(left.begin)) stretch_ = source_.first_touched(left);
  return {std::max(left.begin, stretch_.begin), std::min(left.end, stretch_.end)};
}

Result<void> Writer::write_piece() {
  if (current_ == segments_.size()) return finish();
  const auto& segment = segments_[current_];
  const auto& region = *segment.region;
  const auto left = next_stretch();
  if (left.begin != region.range.begin + position_) any_readable_ = true;  // known to be zero
  position_ = left.begin - region.range.begin;
  if (left.begin == left.end) {
    end_segment(any_readable_ ? region.kept : 0);
    return {};
  }
  const auto budget = (most_stored_ - summary_.stored) / page_bytes * page_bytes;
  if (budget == 0) {
    summary_.over_limit += region.kept - position_;
    end_segment(position_);
    return {};
  }
  const auto wanted = std::min({left.end - left.begin, std::uint64_t{piece_bytes}, budget});
  const auto got = source_.read(left.begin, std::span(buffer_).first(wanted));
  if (!got) {
    skip_unreadable(wanted);
    return source_.check();
  }
  any_readable_ = true;
  const auto before = summary_.stored;
  if (auto stored = store(std::span(buffer_).first(*got), segment.offset + position_); !stored) return stored;
  if (region.shared) summary_.shared += summary_.stored - before;
  position_ += *got;
  return {};
}

void Writer::skip_unreadable(std::uint64_t bytes) {
  const auto step = std::min(bytes, page_bytes - position_ % page_bytes);
  summary_.unreadable += step;
  position_ += step;
}

/// Pages that hold something; between them the file has holes.
Result<void> Writer::store(std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    std::size_t zeros = 0, used = 0;
    const auto page_at = [&](std::size_t at) { return bytes.subspan(at, std::min(page_bytes, bytes.size() - at)); };
    while (zeros < bytes.size() && all_zero(page_at(zeros))) zeros += page_at(zeros).size();
    while (zeros + used < bytes.size() && !all_zero(page_at(zeros + used))) used += page_at(zeros + used).size();
    if (auto done = write_at(file_, bytes.subspan(zeros, used), offset + zeros); !done) return done;
    summary_.stored += used;
    offset += zeros + used;
    bytes = bytes.subspan(zeros + used);
  }
  return {};
}

Result<void> Writer::finish() {
  if (auto there = source_.check(); !there) return there;
  if (summary_.stored == 0 && summary_.unreadable != 0)
    return failure(ESRCH, "write a core: none of the memory can be read, the process has ended");
  if (ftruncate(file_, static_cast<off_t>(end_)) != 0) return system_failure("extend the core file");
  auto written = snapshot_.wide ? write_headers<Elf64>() : write_headers<Elf32>();
  if (!written) return written;
  summary_.file = end_;
  complete_ = true;
  return {};
}

template <class Elf>
Result<void> Writer::write_headers() {
  std::sort(segments_.begin(), segments_.end(),
            [](const Segment& a, const Segment& b) { return a.region->range.begin < b.region->range.begin; });
  const auto notes_at = header_bytes(snapshot_.wide, segments_.size());
  std::vector programs{note_header<Elf>(notes_at, snapshot_.notes.size())};
  for (const auto& segment : segments_)
    programs.push_back(load_header<Elf>(*segment.region, segment.offset, segment.bytes));
  const auto [header, section] = file_headers<Elf>(programs.size());
  const auto after_header = sizeof header;
  if (auto done = write_objects(file_, programs, after_header); !done) return done;
  if (auto done = write_objects(file_, std::vector{section}, after_header + programs.size() * sizeof programs[0]); !done)
    return done;
  if (auto done = write_at(file_, std::as_bytes(std::span(snapshot_.notes)), notes_at); !done) return done;
  return write_objects(file_, std::vector{header}, 0);
}

}  // namespace target::core
