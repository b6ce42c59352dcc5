// SPDX-License-Identifier: Apache-2.0
// What the importers share.
#pragma once

#include "image/open.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace comeback::image {

/// Whether directories are read, or stay where they lie.
enum class of_directories : std::uint8_t { read, keep };

/// Turns entries of one file system of an image into items of a tree, as `import_tree` describes. Errors name
/// image and item.
class item_importer {
 public:
  item_importer(std::shared_ptr<const opened_image> from, file_system fs);

  [[nodiscard]] const opened_image& from() const { return *from_; }
  [[nodiscard]] file_system fs() const { return fs_; }

  /// `path` is that of `e`, for messages.
  tree::node_id add(tree::file_tree& to, tree::node_id dir, const std::string& path, const entry& e,
                    of_directories how = of_directories::read);
  static void describe(tree::file_tree& to, tree::node_id n, const entry& e);
  [[noreturn]] void fail(const std::string& path, const std::string& why) const;

 private:
  tree::node_id add_item(tree::file_tree& to, tree::node_id dir, const std::string& path, const entry& e,
                         of_directories how);
  tree::node_id add_file(tree::file_tree& to, tree::node_id dir, const std::string& path, const entry& e);
  void check_place(const std::string& path, const entry& e) const;
  tree::node_id add_content(tree::file_tree& to, tree::node_id dir, const std::string& path, const entry& e);
  void add_streams(tree::file_tree& to, tree::node_id file, const std::string& path, const entry& e);

  std::shared_ptr<const opened_image> from_;
  const file_system fs_;
  std::unordered_map<std::uint64_t, tree::node_id> files_;  // by entry::node, where they have several names
};

}  // namespace comeback::image
