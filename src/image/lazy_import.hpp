// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/import_items.hpp"
#include "image/kept.hpp"
#include "image/open.hpp"
#include "image/options.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace comeback::image {

/// The tree of a later session, as `import_tree` makes it, of which only those directories are read that are
/// looked at. The others stay where they lie, in every file system of the image: directories are matched
/// across file systems by name. What is read is in proportion to the directories that are opened; `kept`
/// reads the path tables, too. Keeps the image. Not safe for concurrent use.
///
/// Errors: those of `import_tree`; `not_supported` where it is not certain which directory of another file
/// system is the same, or where directories were moved (RRIP 4.1.5): that session is to be written with all
/// its directories. What has thrown is of no further use.
class lazy_import {
 public:
  /// The most advanced file system of the image; `how` is what `next_session` says.
  lazy_import(const std::shared_ptr<const opened_image>& from, const options& how);

  /// With nothing but the root's items. Once.
  [[nodiscard]] tree::file_tree root();
  /// Reads a directory of that tree which is kept.
  void open(tree::file_tree& tree, tree::node_id dir);
  /// As `tree::file_tree::find_path`; opens what is on the way, not what it leads to.
  [[nodiscard]] std::optional<tree::node_id> find(tree::file_tree& tree, std::string_view path);

  /// For `session_options::kept`, when nothing is opened any more and the tree is as it shall be written. Of
  /// UDF, reads the directories that went without having been opened: their names are counted.
  [[nodiscard]] std::shared_ptr<const kept_items> kept(const tree::file_tree& tree);

 private:
  void read(tree::file_tree& tree, tree::node_id dir, const entry& where);
  void note(tree::node_id n, const entry& e);
  void locate(const tree::file_tree& tree, tree::node_id dir, file_system fs,
              iso9660::kept_directories& kept);
  [[nodiscard]] std::vector<iso9660::path_entry> table_of(file_system fs) const;
  [[nodiscard]] std::vector<entry> folders_at(file_system fs, const entry& where, const std::string& path);
  void check_moves(const entry& where, const std::vector<entry>& shown, const std::string& path);
  [[nodiscard]] bool match(const tree::file_tree& tree, tree::node_id dir, file_system fs, const options& how,
                           const std::unordered_map<std::string, const entry*>& folders,
                           iso9660::kept_directories& kept) const;
  [[noreturn]] void refuse(const std::string& path, std::string_view why) const;

  std::shared_ptr<const opened_image> from_;
  item_importer items_;
  const options how_;
  std::shared_ptr<kept_items> kept_ = std::make_shared<kept_items>();
  std::unordered_map<std::uint32_t, entry> where_;  // by node: directories that are kept
};

}  // namespace comeback::image
