// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/content_reader.hpp"
#include "tree/tree.hpp"
#include "udf/entry.hpp"
#include "udf/kept_icbs.hpp"
#include "udf/options.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace comeback::udf {

/// Every ICB and directory of a volume: which block holds what, decided at once and made on demand. The file
/// set takes the two blocks in front, which are the volume's to make. About 30 bytes a file. The contents of
/// files and the targets of long symbolic links ("loose" blocks) lie outside.
///
/// Where an older session is continued (`volume_options::kept`), what stays there takes no block here:
/// identifiers name it where it lies. Directories that were read are written again, under their old ids.
class nodes {
 public:
  /// Errors: `file_system_feature_not_supported` (streams and real-time files in revisions that have none),
  /// `no_unique_name`, `image_size_limit`; those of `kept_icbs`, and `not_supported` where the older volume's
  /// next unique id is unknown, or the last of 32 bits is used up.
  nodes(std::shared_ptr<const tree::file_tree> tree, const volume_options& how);

  static constexpr std::uint64_t file_set_blocks = 2;
  [[nodiscard]] std::uint64_t blocks() const { return blocks_; }
  [[nodiscard]] std::uint64_t loose_blocks() const { return loose_blocks_; }
  /// Whether a content lies in its ICB and so needs no blocks of its own.
  [[nodiscard]] bool embeds(tree::content_id what) const {
    return embedded_[static_cast<std::uint32_t>(what)];
  }
  /// Whether the item's ICB stays where an older session wrote it.
  [[nodiscard]] bool keeps(tree::node_id node) const { return kept_.stays(node) != nullptr; }
  [[nodiscard]] std::uint64_t files() const { return files_; }  ///< names of files, so each hard link
  [[nodiscard]] std::uint64_t directories() const { return directories_.size() + directories_elsewhere_; }
  [[nodiscard]] std::uint64_t next_unique_id() const;
  /// Of all times of the tree: the volume is not older than what is in it (ECMA-167 4/14.9.12).
  [[nodiscard]] base::timestamp latest() const { return latest_; }
  [[nodiscard]] long_ad root() const;

  /// How blocks are addressed: `structure` of those that a virtual partition maps (ICBs), `data` of
  /// everything else here, `loose` and contents as blocks of the physical partition.
  struct addressing {
    std::function<address(std::uint64_t)> structure, data, loose;
    std::function<address(tree::content_id)> content;
    bool long_directories = false, long_files = false;  ///< descriptors must name the partition
  };
  void place(addressing where) { where_ = std::move(where); }

  // After `place`:
  /// Whole blocks from `first` on, but the file set's.
  void render(std::uint64_t first, std::span<std::byte> into, tree::content_reader& contents) const;
  void render_loose(std::uint64_t first, std::span<std::byte> into) const;
  /// Calls `with` for each block that an ICB lies in, in order, the file set's first, and its address.
  void for_each_icb(const std::function<void(std::uint64_t, address)>& with) const;
  /// Calls `with` for each directory that is written again: its ICB's block, and where the older one lies.
  void for_each_old_icb(const std::function<void(std::uint64_t, const kept_node&)>& with) const;
  /// Calls `with` for the block of each ICB of the older session that was read of and is not used any more.
  void for_each_left_icb(const std::function<void(std::uint32_t)>& with) const { kept_.for_each_left(with); }
  /// Calls `with` for each directory that stays where it lies: its ICB, and that of the one it is in.
  void for_each_kept_directory(const std::function<void(const kept_node&, address)>& with) const;

 private:
  enum class kind : std::uint8_t { directory, listing, item, stream_directory, stream_listing, stream };
  struct piece {
    std::uint32_t at;    // its first block; it ends where the next begins
    std::uint32_t what;  // index of a directory or stream; else node
    kind is;
  };
  struct directory {
    tree::node_id node;
    std::uint32_t parent;        // index of it; the root is its own
    std::uint32_t first, count;  // of its children, in `children_`
    std::uint32_t icb = 0, data = 0;
    std::uint64_t bytes = 0;
    std::uint16_t links = 1;
    bool is_embedded = false;
  };
  struct child {
    tree::node_id node;
    bool again = false;  // a hard link to an ICB that an earlier child has
    std::uint64_t at;    // of its identifier, in its directory's bytes
  };
  struct stream {
    tree::node_id owner;
    tree::content_id what;
    std::uint32_t icb;
  };
  struct stream_set {  // of one file
    std::uint32_t first, count, icb, data;
    std::uint64_t bytes;
    bool is_embedded;
  };

  void add_directory(tree::node_id node, std::uint32_t parent, std::vector<std::uint32_t>& pending);
  void list(directory& dir);
  [[nodiscard]] std::size_t padding_before(std::uint64_t at) const;
  void begin_after(const older_volume& older);
  void add_item(child& one);
  void add_streams(tree::node_id node);
  void add_stream_directory(tree::node_id node);
  void add_loose(tree::node_id link, std::uint64_t bytes);
  [[nodiscard]] bool fits(tree::content_id what, const entry& facts) const;
  void note_times(tree::node_id node);
  void check_features(tree::node_id node) const;
  std::uint32_t take(std::uint64_t blocks, kind is, std::uint32_t what);

  [[nodiscard]] std::string_view shown_name(tree::node_id node) const;
  [[nodiscard]] std::string cs0_name(tree::node_id node) const;
  [[nodiscard]] std::uint64_t unique_id(std::uint32_t icb) const;
  [[nodiscard]] address address_of(std::uint32_t icb) const;
  [[nodiscard]] long_ad link_to(std::uint32_t icb) const;
  [[nodiscard]] long_ad link_to_child(const child& one) const;
  [[nodiscard]] entry blank(std::uint32_t icb) const;
  [[nodiscard]] entry item_entry(tree::node_id node, std::uint32_t icb) const;
  [[nodiscard]] entry directory_entry(const directory& dir) const;
  [[nodiscard]] entry stream_entry(const stream& one) const;
  [[nodiscard]] entry stream_directory_entry(tree::node_id node, const stream_set& set) const;
  void place_data(entry& e, tree::content_id what) const;
  void place_listing(entry& e, std::uint32_t data) const;
  [[nodiscard]] std::uint64_t streams_bytes(tree::node_id node) const;

  void render_piece(const piece& p, std::uint64_t within, std::span<std::byte> into,
                    tree::content_reader& contents) const;
  void render_entry(entry& e, std::uint64_t within, std::span<std::byte> into, tree::content_id content,
                    tree::content_reader& contents) const;
  void render_listing(const directory& dir, std::uint64_t from, std::span<std::byte> into) const;
  std::size_t render_child(const directory& dir, std::uint32_t which, std::span<std::byte> into) const;
  [[nodiscard]] std::vector<std::byte> stream_listing(tree::node_id node, const stream_set& set) const;
  [[nodiscard]] address listing_at(bool is_embedded, std::uint32_t icb, std::uint32_t data,
                                   std::uint64_t offset) const;

  std::shared_ptr<const tree::file_tree> tree_;
  volume_options how_;
  addressing where_;
  kept_icbs kept_;
  std::unordered_map<std::uint32_t, kept_node> old_;    // by ICB, of directories written again
  std::uint64_t first_id_, directories_elsewhere_ = 0;  // those that stay, and below them
  std::vector<piece> pieces_;
  std::vector<directory> directories_;
  std::vector<child> children_;
  std::vector<std::uint32_t> icb_of_;                       // by node; of files that of their content
  std::unordered_map<std::uint32_t, std::uint16_t> links_;  // by first node, where more than one
  std::vector<tree::node_id> first_node_;                   // by content
  std::vector<bool> embedded_;                              // by content
  std::unordered_map<std::uint32_t, std::string> renamed_;  // by node
  std::vector<stream> streams_;
  std::unordered_map<std::uint32_t, stream_set> stream_sets_;  // by node
  struct loose {
    std::uint64_t at;
    tree::node_id link;
  };
  std::vector<loose> loose_;
  std::unordered_map<std::uint32_t, std::uint64_t> loose_of_;  // by node
  std::uint64_t blocks_ = file_set_blocks, loose_blocks_ = 0, files_ = 0;
  base::timestamp latest_;
};

}  // namespace comeback::udf
