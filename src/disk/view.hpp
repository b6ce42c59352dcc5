// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "disk/units.hpp"

#include <map>
#include <memory>
#include <vector>

namespace comeback::disk {

/// The first blocks of another source, some of them as they were once: an older session of a medium is seen
/// as if nothing had been written behind it.
class view final : public source {
 public:
  using blocks = std::map<lba, std::vector<std::byte>>;  ///< of `block_size` bytes each

  view(std::shared_ptr<const source> from, lba end, blocks replaced = {});
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return from_->name(); }

 private:
  std::shared_ptr<const source> from_;
  std::uint64_t size_;
  blocks replaced_;
};

}  // namespace comeback::disk
