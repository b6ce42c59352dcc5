// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "image/plan.hpp"
#include "imapi2fs/boot_image.hpp"
#include "imapi2fs/history.hpp"
#include "imapi2fs/loose_item.hpp"
#include "imapi2fs/settings.hpp"
#include "imapi2fs/stash.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::imapi2fs {

struct imported_session;

/// A planned image, its label, and the medium that it goes on.
struct made_image {
  std::shared_ptr<const image::layout> plan;
  std::string label;
  std::shared_ptr<const continued_session> continues{};  ///< null: none
};

/// What an image object is, without COM: the tree being built, the settings, and the rules between them. Any
/// thread may call. While a layout that `create` gave is alive the image is frozen: changes are
/// `errc::image_read_only`.
class image_model {
 public:
  using clock = std::function<base::timestamp()>;
  /// The clock is asked for the time of the volume, of directories and of streams that are added.
  explicit image_model(clock now, std::string working_folder = "/tmp")
      : now_(std::move(now)), stash_(std::move(working_folder)) {}

  // --- settings (image_settings.cpp) ---
  [[nodiscard]] settings current() const;
  // What is there must fit after each of these (`image_too_big`, `data_too_big`, …); where it does not, or a
  // plan fails, nothing changes. What says so answers whether all that is in the tree will be in the image.
  bool set_file_systems(int mask);
  bool set_udf_revision(std::int32_t revision);
  bool set_redundant_metadata(bool wanted);
  void set_iso_level(int level);  ///< 1 or 2 (disc-formats.md), else `invalid_parameter`
  /// At most 32 characters: the page says 15, but the scripts in use set longer ones.
  void set_volume_name(std::string_view name);
  /// As it will be in one of the file systems; empty where none was set, since the time decides later.
  [[nodiscard]] std::string volume_name_in(int file_system) const;
  /// 0 or less: no limit.
  void set_free_media_blocks(std::int32_t blocks);
  /// File systems and limit for a kind of medium (IMAPI_MEDIA_PHYSICAL_TYPE), both or none.
  /// `blocks`: a limit for this very medium.
  void choose_defaults(int media_type, std::optional<std::int32_t> blocks = {});
  void set_strict(bool wanted);  ///< true only while the image is empty (`file_system_not_empty`)
  void set_restricted(bool wanted);
  void set_session_start(std::int32_t block);
  void set_boot(boot_images wanted, bool any);
  [[nodiscard]] bool stages_files() const;
  void set_stages_files(bool wanted);
  [[nodiscard]] std::string working_folder() const;
  void set_working_folder(const std::string& folder);
  /// A copy of what a boot image holds; its source is needed no more.
  [[nodiscard]] std::shared_ptr<const tree::content> stashed(const tree::content& what,
                                                             const std::string& name);

  // --- sessions (image_import.cpp) ---
  /// Adds what the session has; the image goes on that medium from now on. IMAPI_E_BOOT_OBJECT_CONFLICT,
  /// IMAPI_E_DISC_MISMATCH (an import from another medium came before), IMAPI_E_IMPORT_TYPE_COLLISION_…,
  /// `image_too_big`: nothing has changed then.
  void import(const imported_session& what);

  // --- looking (image_looks.cpp) ---
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
  [[nodiscard]] item_facts facts_of(const item_ref& item) const;
  [[nodiscard]] std::string file_system_name(const item_ref& item, int file_system) const;
  [[nodiscard]] std::string file_system_path(const item_ref& item, int file_system) const;
  /// The directory or file as a node: `not_in_file_system` where it was not added, or was removed.
  [[nodiscard]] tree::node_id node_of(const item_ref& item) const;
  [[nodiscard]] std::vector<tree::named_stream> streams_of(const item_ref& item) const;
  /// The bytes of a file; null where a client has set none.
  [[nodiscard]] std::shared_ptr<const tree::content> data_of(const item_ref& file) const;
  /// Bytes of a content of the tree, for who shows them as a stream.
  void read(tree::content_id what, std::uint64_t offset, std::span<std::byte> into) const;
  [[nodiscard]] std::uint64_t size_of(tree::content_id what) const;

  // --- changing (image_changes.cpp) ---
  /// Told of every file that was added, with its path ("/a/b") and size: after all is in the image, in the
  /// order of the names, and without a lock.
  using watcher = std::function<void(const std::string& path, std::uint64_t size)>;
  void add_directory(const item_ref& into, std::string_view path);
  void add_file(const item_ref& into, std::string_view path, std::shared_ptr<const tree::content> what,
                const watcher& added = {});
  enum class host_streams : bool { leave_out, take };
  /// All or nothing. Answers as `set_file_systems` does, of the named streams it took.
  bool add_tree(const item_ref& into, const std::string& source, bool with_base_directory,
                const watcher& added = {}, host_streams streams = host_streams::leave_out);
  void remove(const item_ref& from, std::string_view path);       ///< a file or an empty directory
  void remove_tree(const item_ref& from, std::string_view path);  ///< a directory; the root is emptied

  // --- items (image_items.cpp) ---
  [[nodiscard]] std::shared_ptr<loose_item> create_item(std::string_view name, bool directory) const;
  /// `duplicate_name` where its name is taken, `invalid_parameter` where it is in an image already.
  void add_item(const item_ref& into, const item_ref& item, const watcher& added = {});
  void change_item(const item_ref& item, const std::function<void(item_state&)>& change);
  /// Answers whether the image will tell real-time files from others. A frozen image keeps what it has.
  bool set_real_time(const item_ref& file, bool wanted);
  void set_data(const item_ref& file, std::shared_ptr<const tree::content> what);
  /// Answers whether the image will have it.
  bool add_stream(const item_ref& file, std::string_view name, std::shared_ptr<const tree::content> what);
  bool remove_stream(const item_ref& file, std::string_view name);

  // --- change points (image_points.cpp) ---
  [[nodiscard]] std::int32_t change_point() const;
  /// The tree as it was then. `invalid_parameter` for points that never were, that a rollback took back, or
  /// that are locked; what no longer fits is as at `set_file_systems`.
  void roll_back(std::int32_t point);
  void lock_in_changes();

  /// The result: freezes the image as long as it lives. `image_size_limit` where it does not fit.
  [[nodiscard]] made_image create();

 private:
  struct place {
    tree::node_id parent;
    std::string name;
  };
  bool change_settings(const std::function<void(settings&)>& change);  // and whether nothing is dropped
  [[nodiscard]] tree::node_id find_locked(tree::node_id from, std::string_view path) const;
  [[nodiscard]] tree::node_id node_locked(const item_ref& item) const;
  [[nodiscard]] place locate(tree::node_id from, std::string_view path) const;
  [[nodiscard]] history::undo add_folder(tree::file_tree& tree, tree::node_id into, const std::string& source,
                                         bool with_base_directory, host_streams streams);
  void tell_added_below(std::shared_ptr<const tree::file_tree> look, tree::node_id top, std::size_t known,
                        const watcher& added);
  [[nodiscard]] std::vector<boot_image> boot() const;
  void require_unfrozen() const;
  tree::file_tree& changeable();
  void grew(std::uint64_t blocks, history::undo undo, tree::node_id added = tree::no_node);
  [[nodiscard]] std::shared_ptr<const tree::content> staged(std::shared_ptr<const tree::content> what,
                                                            const std::string& name);

  mutable std::mutex mutex_;
  clock now_;
  std::shared_ptr<tree::file_tree> tree_ = std::make_shared<tree::file_tree>();
  std::weak_ptr<const image::layout> result_;
  settings settings_;
  history history_;
  stash stash_;
  bool stages_files_ = false;
  boot_images boot_;
  bool has_boot_ = false;
  std::uint64_t at_most_ = 0;  // upper bound of the blocks used, so that few adds need a plan
};

}  // namespace comeback::imapi2fs
