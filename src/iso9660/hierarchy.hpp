// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "iso9660/format.hpp"
#include "iso9660/naming.hpp"
#include "iso9660/system_use.hpp"
#include "tree/tree.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace comeback::iso9660 {

struct hierarchy_limits {
  bool strict = false;            ///< at most 8 levels and 255 bytes a path (ECMA-119 6.8.2.1)
  bool multiple_sections = true;  ///< level 3: a file may be larger than one section (10.2)
};

/// All directories and path tables of one volume descriptor: Joliet's are those of ECMA-119 with other names.
/// They are laid out at once; `place` then says where everything lies. About 50 bytes and the name a file.
class hierarchy {
 public:
  /// `use` fills the system use fields. Errors: `iso9660_levels`,
  /// `too_many_directories`, `data_too_big`, and those of `how`.
  hierarchy(const tree::file_tree& tree, const naming& how, const hierarchy_limits& limits,
            std::unique_ptr<system_use> use = nullptr);

  /// Directories, and behind them the area that their system use fields go on in: some readers never go back.
  [[nodiscard]] disk::block_count blocks() const { return directory_blocks() + area_blocks(); }
  [[nodiscard]] disk::block_count area_blocks() const {
    return use_ ? use_->area_blocks() : disk::block_count{};
  }
  [[nodiscard]] disk::block_count directory_blocks() const { return disk::blocks_for(records_.size()); }
  [[nodiscard]] std::uint32_t path_table_bytes() const { return path_table_bytes_; }
  [[nodiscard]] disk::block_count path_table_blocks() const { return disk::blocks_for(path_table_bytes_); }
  [[nodiscard]] std::size_t directory_count() const { return directories_.size(); }  ///< with the root

  /// Writes the addresses into the records: of the directories, which lie gapless from `first`, and of each
  /// file.
  void place(disk::lba first, const std::function<disk::lba(tree::content_id)>& of_content);

  // After `place`:
  [[nodiscard]] std::span<const std::byte> records() const { return records_; }
  [[nodiscard]] std::span<const std::byte> area() const {
    return use_ ? use_->area() : std::span<const std::byte>();
  }
  [[nodiscard]] std::vector<std::byte> path_table(std::endian order) const;  ///< without padding
  [[nodiscard]] directory_record root_record() const;

 private:
  struct directory {
    tree::node_id node;
    std::uint32_t parent;  // index of it; the root is its own
    std::uint32_t depth;   // the root is 1
    std::uint32_t path_bytes;
    std::uint64_t at = 0;  // of its first record, in `records_`
    std::uint64_t bytes = 0;
    std::string identifier;
  };

  void lay_out(std::size_t which, const naming& how);
  void add_file(const named& file);
  void add_record(const named& one, std::uint32_t size, u8 flags);
  void append_record(directory_record fixed, record_of which, std::string_view identifier,
                     tree::node_id node);
  std::optional<std::size_t> make_system_use(record_of which, tree::node_id node, std::size_t before);
  void place_area();
  void check_directory(const directory& one) const;
  void check_path(const directory& parent, const named& file) const;

  const tree::file_tree& tree_;
  hierarchy_limits limits_;
  std::vector<directory> directories_;   // in the order of the path table (6.9.1): breadth first
  std::vector<tree::node_id> recorded_;  // whom each record is about, in the order of `records_`
  std::vector<std::byte> records_;
  std::unique_ptr<system_use> use_;
  std::vector<std::byte> made_;           // by `use_`, of the record that is being appended
  std::vector<std::uint64_t> addresses_;  // in `records_`: of block numbers that count from the area
  std::uint32_t path_table_bytes_ = 0;
  disk::lba first_;
};

}  // namespace comeback::iso9660
