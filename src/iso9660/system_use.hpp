// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace comeback::iso9660 {

/// Which record of a directory is meant (ECMA-119 6.8.2.2). The last three are those of a directory that was
/// moved (RRIP 4.1.5): what stands for it in its parent, its record where it lies, its way to the old parent.
enum class record_of : unsigned char { self, parent, child, placeholder, moved, old_parent };

/// What fills the system use fields of directory records (9.1.13), such as Rock Ridge. What does not fit into
/// a record goes to an area of its own, whose place is known later.
class system_use {
 public:
  system_use() = default;
  system_use(const system_use&) = delete;
  system_use& operator=(const system_use&) = delete;
  virtual ~system_use() = default;

  /// How many bytes the field of a record about `node` has, at most `room`. Called once for each record, in
  /// their order: what does not fit gets its place in the area.
  virtual std::size_t lay_out(record_of which, tree::node_id node, std::size_t room) = 0;
  /// After `place`: appends these bytes. `elsewhere`: of a placeholder, where its directory lies; of an old
  /// parent, where that does. Safe for concurrent use.
  virtual void append(record_of which, tree::node_id node, std::size_t room, disk::lba elsewhere,
                      std::vector<std::byte>& out) const = 0;

  /// After all records: the area, whole blocks.
  [[nodiscard]] virtual disk::block_count area_blocks() const = 0;
  /// Says where the area lies; then `area` is ready.
  virtual void place(disk::lba first) = 0;
  [[nodiscard]] virtual std::span<const std::byte> area() const = 0;
};

}  // namespace comeback::iso9660
