// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "image/plan.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace comeback::imapi2fs {

/// What an image object is, without COM: the tree being built, the settings, and the rules between them. Any
/// thread may call. While a layout that `create` gave is alive the image is frozen: changes are
/// `errc::image_read_only`.
class image_model {
 public:
  using clock = std::function<base::timestamp()>;
  /// The clock is asked for the time of the volume, of directories and of streams that are added.
  explicit image_model(clock now) : now_(std::move(now)) {}

  // --- settings ---
  static constexpr int iso9660_bit = 1, joliet_bit = 2;  // FsiFileSystems
  static constexpr int supported_file_systems = iso9660_bit | joliet_bit;
  [[nodiscard]] int file_systems() const;
  /// ISO 9660 alone or with Joliet; anything else is `invalid_parameter`. What is there must fit after each
  /// of these settings (`image_too_big`); where it does not, or a plan fails, nothing changes.
  void set_file_systems(int mask);
  [[nodiscard]] int iso_level() const;
  void set_iso_level(int level);  ///< 1 or 2 (disc-formats.md), else `invalid_parameter`
  [[nodiscard]] std::string volume_name() const;
  /// At most 32 characters: the page says 15, but the scripts in use set longer ones.
  void set_volume_name(std::string_view name);
  [[nodiscard]] std::int32_t free_media_blocks() const;
  /// 0 or less: no limit. `image_too_big` where what is there does not fit.
  void set_free_media_blocks(std::int32_t blocks);
  /// File systems and limit for a kind of medium (IMAPI_MEDIA_PHYSICAL_TYPE), both or none.
  void choose_defaults(int media_type);

  // --- looking ---
  [[nodiscard]] std::uint64_t file_count() const;
  [[nodiscard]] std::uint64_t directory_count() const;
  /// Blocks of the image as it is now.
  [[nodiscard]] std::uint64_t used_blocks() const;
  /// Calls `look` with the tree, locked against changes.
  template <class F>
  auto with_tree(F&& look) const {
    const std::lock_guard lock(mutex_);
    return std::forward<F>(look)(std::as_const(*tree_));
  }
  /// The node of a path with '/' or '\\' between its parts, relative to `from`, or from the root where it
  /// begins with one and `from` is the root (`invalid_path` otherwise). `item_not_found` where there is none.
  [[nodiscard]] tree::node_id find(tree::node_id from, std::string_view path) const;
  /// For Exists: the path must be absolute; no node for a missing leaf, `directory_not_found` for a missing
  /// parent.
  [[nodiscard]] std::optional<tree::node_id> find_absolute(std::string_view path) const;
  [[nodiscard]] std::string file_system_name(tree::node_id node, int file_system) const;
  [[nodiscard]] std::string file_system_path(tree::node_id node, int file_system) const;

  // --- changing ---
  /// Told of every file that was added, with its path ("/a/b") and size: after all is in the image, in the
  /// order of the names, and without a lock.
  using watcher = std::function<void(const std::string& path, std::uint64_t size)>;
  void add_directory(tree::node_id from, std::string_view path);
  void add_file(tree::node_id from, std::string_view path, std::shared_ptr<const tree::content> what,
                const watcher& added = {});
  /// All or nothing.
  void add_tree(tree::node_id into, const std::string& source, bool with_base_directory,
                const watcher& added = {});
  void remove(tree::node_id from, std::string_view path);       ///< a file or an empty directory
  void remove_tree(tree::node_id from, std::string_view path);  ///< a directory; the root is emptied
  void set_modified(tree::node_id node, base::timestamp when);

  /// The result: freezes the image as long as it lives. `image_size_limit` where it does not fit.
  [[nodiscard]] std::shared_ptr<const image::layout> create();

  static constexpr base::errc directory_not_found{0xC0AAB11A};

 private:
  struct place {
    tree::node_id parent;
    std::string name;
  };
  struct limits {
    int file_systems, iso_level;
    std::int32_t free_media_blocks;
  };
  void set_limits(limits wanted);  // all three, or none and an exception
  [[nodiscard]] tree::node_id find_locked(tree::node_id from, std::string_view path) const;
  [[nodiscard]] place locate(tree::node_id from, std::string_view path) const;
  [[nodiscard]] std::shared_ptr<tree::file_tree> tried_with(tree::node_id into, const std::string& source,
                                                            bool with_base_directory) const;
  void tell_added_below(std::shared_ptr<const tree::file_tree> look, tree::node_id top, std::size_t known,
                        const watcher& added);
  [[nodiscard]] image::options options() const;
  [[nodiscard]] std::uint64_t planned_blocks(const tree::file_tree& tree) const;
  void require_unfrozen() const;
  void require_fit(std::uint64_t blocks, base::errc otherwise) const;
  tree::file_tree& changeable();
  void grew(std::uint64_t bytes, const std::function<void()>& undo);

  mutable std::mutex mutex_;
  clock now_;
  std::shared_ptr<tree::file_tree> tree_ = std::make_shared<tree::file_tree>();
  std::weak_ptr<const image::layout> result_;
  std::string volume_name_;
  int file_systems_ = supported_file_systems, iso_level_ = 2;
  std::int32_t free_media_blocks_ = 332'800;  // 650 MB (ifilesystemimage-get_freemediablocks)
  std::uint64_t at_most_ = 0;                 // upper bound of the blocks used, so that few adds need a plan
};

}  // namespace comeback::imapi2fs
