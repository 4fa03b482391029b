#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "target/core/snapshot.hpp"
#include "target/core/source.hpp"
#include "target/linux/forked.hpp"
#include "target/process.hpp"
#include "target/types/result.hpp"

namespace target::core {

/// What fork(2) does not simply copy. To find that out takes longer than to fork, so it is done ahead.
struct Foresight {
  std::vector<linux::DetailedMapping> put_aside;  ///< MADV_DONTFORK and MADV_WIPEONFORK: read while the threads stand still
  std::string obstacle;                           ///< why the process is not to be forked; "": it may be
};
Foresight look_ahead(Pid pid);

/// The memory of a copy, in place of that of the process that it was made of.
class CopiedSource final : public Source {
 public:
  explicit CopiedSource(Tid copy) : copy_(copy), memory_(copy), pages_(copy) {}
  /// What there is that the copy does not have, or has otherwise.
  void put_aside(Address begin, std::vector<std::byte> bytes) { aside_[begin] = std::move(bytes); }
  bool has_aside(Address begin) const { return aside_.contains(begin); }
  /// What the copy does not have, and nobody has put aside.
  void lose(AddressRange range) { lost_.push_back(range); }
  bool is_lost(Address address) const;

  Result<std::size_t> read(Address from, std::span<std::byte> into) const override;
  AddressRange first_touched(AddressRange within) const override;
  Result<void> check() const override;

 private:
  using Aside = std::map<Address, std::vector<std::byte>>;
  /// The piece that holds the address, or that comes next.
  Aside::const_iterator piece_at(Address address) const;
  Result<std::size_t> read_copy(Address from, std::span<std::byte> into) const;

  Tid copy_;
  linux::MemoryIo memory_;
  linux::PageMap pages_;
  Aside aside_;
  std::vector<AddressRange> lost_;
};

/// A process as it was at one moment, whatever it does since.
class Frozen {
 public:
  /// \param first   the thread that a debugger is to show first
  /// \param caller  one that stands outside system calls, to make one
  /// ENOTSUP, ENOMEM and the like, with what is in the way of a copy.
  static Result<Frozen> take(Tid first, Thread& caller, linux::ChildEvents& events, const Foresight& foresight);

  /// What a core is made of; the process may go on meanwhile.
  Result<Snapshot> snapshot();
  const Source& source() const { return source_; }

  Pid origin() const { return origin_; }
  linux::Forked& copy() { return copy_; }

 private:
  Frozen(Pid origin, Snapshot threads, std::vector<linux::Mapping> mappings, linux::Forked copy)
      : origin_(origin), threads_(std::move(threads)), mappings_(std::move(mappings)), copy_(std::move(copy)), source_(copy_.task()) {}
  linux::DetailedMapping detail_of(const linux::Mapping& mapping, const std::vector<linux::DetailedMapping>& copied);

  Pid origin_;
  Snapshot threads_;
  std::vector<linux::Mapping> mappings_;
  std::vector<linux::DetailedMapping> special_;
  linux::Forked copy_;
  CopiedSource source_;
};

}  // namespace target::core
