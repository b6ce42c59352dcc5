// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iso9660/system_use.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace comeback::rockridge {

/// How many names a file has, and its number, as an older session recorded them: by node.
struct recorded_name {
  std::uint32_t links = 1, serial = 0;
};
using recorded_names = std::unordered_map<std::uint32_t, recorded_name>;

/// Names, modes, owners, links, devices and times of a tree as RRIP 1.12 entries. Whatever is too long for a
/// record stands in the continuation area; no piece of that crosses a block, since Linux reads none that
/// does. Four bytes a content and an item, and the area.
class writer final : public iso9660::system_use {
 public:
  /// `hidden`: a directory of the root that is no one's but the writer's, so that links do not count it.
  explicit writer(const tree::file_tree& tree, tree::node_id hidden = tree::no_node);

  /// Of a session whose other directories lie in older ones: what is new gets numbers that they do not have,
  /// as far as that can be known (theirs are small, or of another session's `first_block`), and `names` keep
  /// what they are recorded as, since other names of theirs may be out of sight. Before the first `lay_out`.
  void continue_after(std::uint32_t first_block, const recorded_names& names);

  std::size_t lay_out(iso9660::record_of which, tree::node_id node, std::size_t room) override;
  void append(iso9660::record_of which, tree::node_id node, std::size_t room, disk::lba elsewhere,
              std::vector<std::byte>& out) const override;
  [[nodiscard]] disk::block_count area_blocks() const override { return disk::blocks_for(area_.size()); }
  void place(disk::lba first) override;
  [[nodiscard]] std::span<const std::byte> area() const override { return area_; }

 private:
  std::size_t continue_in_area(std::span<const std::byte> entries);
  void add_entries(iso9660::record_of which, tree::node_id node, disk::lba elsewhere,
                   std::vector<std::byte>& out) const;
  void add_name(tree::node_id node, std::vector<std::byte>& out) const;
  void add_attributes(tree::node_id node, std::vector<std::byte>& out) const;
  void add_times(tree::node_id node, std::vector<std::byte>& out) const;
  void add_device(tree::node_id node, std::vector<std::byte>& out) const;
  [[nodiscard]] std::uint32_t links_of(tree::node_id node) const;
  [[nodiscard]] std::uint32_t serial_of(tree::node_id node) const;

  const tree::file_tree& tree_;
  std::uint32_t first_serial_ = 1;
  recorded_names recorded_;
  std::vector<std::uint32_t> names_of_content_;  // how many files have it
  std::vector<std::uint32_t> folders_in_;        // by node
  std::vector<std::byte> entries_;               // of the record being laid out
  // Where in the area a record goes on that has no room: by node, and by record of it.
  std::unordered_map<std::uint64_t, std::uint64_t> continued_;
  std::vector<std::byte> area_;
  std::uint64_t area_block_ = 0;
  std::vector<std::size_t> addresses_;  // in `area_`: of entries that lead on within it
};

}  // namespace comeback::rockridge
