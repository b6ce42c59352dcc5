// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"
#include "iso9660/format.hpp"
#include "iso9660/kept.hpp"
#include "iso9660/naming.hpp"
#include "iso9660/relocation.hpp"
#include "iso9660/system_use.hpp"
#include "tree/tree.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace comeback::iso9660 {

struct hierarchy_limits {
  bool strict = false;            ///< at most 8 levels and 255 bytes a path (ECMA-119 6.8.2.1)
  bool multiple_sections = true;  ///< level 3: a file may be larger than one section (10.2)
};

/// All directories and path tables of one volume descriptor: Joliet's are those of ECMA-119 with other names.
/// Laid out at once; `place` then says where everything lies, and directories are made when they are asked
/// for, so that a file costs no memory here. Tree and naming must outlive it.
class hierarchy {
 public:
  /// `use` fills the system use fields; only it can tell where directories belong that are among `moves`.
  /// `kept` has the places of the tree's kept directories; where it is given, none moves.
  /// Errors: `iso9660_levels`, `too_many_directories`, `data_too_big`, those of `how` and of
  /// `merge_path_table`.
  hierarchy(const tree::file_tree& tree, const naming& how, const hierarchy_limits& limits,
            std::unique_ptr<system_use> use = nullptr, relocation moves = {},
            std::shared_ptr<const kept_directories> kept = nullptr);

  /// Directories, and behind them the area that their system use fields go on in: some readers never go back.
  [[nodiscard]] disk::block_count blocks() const { return directory_blocks() + area_blocks(); }
  [[nodiscard]] disk::block_count area_blocks() const {
    return use_ ? use_->area_blocks() : disk::block_count{};
  }
  [[nodiscard]] disk::block_count directory_blocks() const { return disk::blocks_for(bytes_); }
  [[nodiscard]] std::uint32_t path_table_bytes() const { return path_table_bytes_; }
  [[nodiscard]] disk::block_count path_table_blocks() const { return disk::blocks_for(path_table_bytes_); }
  [[nodiscard]] std::size_t directory_count() const { return directories_.size(); }  ///< with the root

  /// Where everything lies: the directories gapless from `first`, and the contents of files.
  void place(disk::lba first, std::function<disk::lba(tree::content_id)> of_content);

  // After `place`:
  /// The bytes of `blocks()` from `offset` on. Safe for concurrent use. A large directory is made once and
  /// kept until its last byte was asked for.
  void render(std::uint64_t offset, std::span<std::byte> into) const;
  [[nodiscard]] std::vector<std::byte> path_table(std::endian order) const;  ///< without padding
  [[nodiscard]] directory_record root_record() const;

  /// A kept directory whose record of the one above, "..", leads to where that lay before.
  struct stale_parent {
    disk::lba directory;         ///< its first block
    disk::lba parent;            ///< where the one above lies now
    std::uint32_t parent_bytes;  ///< and how long it is
  };
  [[nodiscard]] std::vector<stale_parent> stale_parents() const;

 private:
  struct directory {
    tree::node_id node;
    std::uint32_t parent;  // index of it; the root is its own
    std::uint32_t depth;   // the root is 1
    std::uint32_t path_bytes;
    std::string identifier;
    std::uint32_t below = 0;    // index of the first directory in it; the others follow
    std::uint32_t folders = 0;  // the same in `folders_`
    std::uint64_t at = 0;       // of its first record, in the bytes of all
    std::uint64_t bytes = 0;
  };
  // What one record says besides addresses.
  struct record {
    record_of which;
    tree::node_id node;
    std::string_view identifier;
    std::uint32_t size = 0;      // of a file's section
    disk::block_count before{};  // sections of the file in front of it
    u8 flags = file_flags::directory;
    [[nodiscard]] std::size_t plain_bytes() const;
  };

  template <class Each>
  void each_record(const directory& dir, const std::vector<named>& children, const Each& each) const;
  template <class Each>
  void each_section(const named& file, const Each& each) const;
  void lay_out(std::size_t which);
  void lay_out_path_table();
  [[nodiscard]] std::vector<path_child> folders_of(std::uint32_t which) const;
  [[nodiscard]] const kept_directories::place& kept_place(tree::node_id node) const;
  void put_moved_first();
  [[nodiscard]] std::vector<std::uint32_t> ranks() const;
  [[nodiscard]] record link_up(const directory& dir) const;
  [[nodiscard]] record folder_record(const directory& dir, const named& child) const;
  [[nodiscard]] disk::lba elsewhere(const record& r, const directory& dir) const;
  [[nodiscard]] disk::lba place_of(std::size_t which) const;
  [[nodiscard]] const directory& in_place(std::size_t which) const {
    return directories_[by_place_.empty() ? which : by_place_[which]];
  }
  void add_below(std::size_t which, const std::vector<named>& children);
  [[nodiscard]] std::size_t bytes_of(const record& r);
  void check_directory(const directory& one) const;
  void check_path(const directory& parent, const named& file) const;
  void check_size(const named& file) const;

  [[nodiscard]] directory_record placed(const record& r, const directory& dir, std::uint32_t& below) const;
  void render_directory(const directory& dir, std::span<std::byte> into) const;
  void render_part(const directory& dir, std::uint64_t from, std::span<std::byte> into) const;

  // Of a directory that was moved, as indices: itself, and where it belongs.
  struct move {
    std::uint32_t self = 0, old_parent = 0;
  };

  const tree::file_tree& tree_;
  relocation moves_;
  relocated_names how_;
  std::unordered_map<std::uint32_t, move> moved_;  // by node
  hierarchy_limits limits_;
  std::vector<directory> directories_;  // in the order of the path table (6.9.1): breadth first
  std::shared_ptr<const kept_directories> older_;
  // Where some are kept: all that lie in a directory, written or kept, and the rows that come of it.
  struct folder {
    std::string identifier;
    std::uint32_t which;  // index of a directory, or node of a kept one
    bool kept;
  };
  std::vector<folder> folders_;
  std::vector<path_row> rows_;
  std::vector<std::uint32_t> by_place_;  // of them, where some have moved; else they lie in that order
  std::unique_ptr<system_use> use_;
  std::uint64_t bytes_ = 0;  // of all directories
  std::uint32_t path_table_bytes_ = 0;
  disk::lba first_;
  std::function<disk::lba(tree::content_id)> of_content_;

  mutable std::mutex mutex_;  // protects what follows
  mutable const directory* kept_ = nullptr;
  mutable std::shared_ptr<const std::vector<std::byte>> kept_bytes_;
};

}  // namespace comeback::iso9660
