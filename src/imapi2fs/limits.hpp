// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "imapi2fs/settings.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace comeback::imapi2fs {

// What an image may hold under its settings; each throws `base::error` where it does not.

/// `data_too_big`: more than 2,147,483,648 bytes where ISO 9660 or Joliet is chosen.
void require_size(const settings& of, std::uint64_t size, const std::string& name);
/// `restricted_name_violation`: code points besides 32 to 127 where the names are restricted.
void require_name(const settings& of, std::string_view name);
/// `too_many_directories`: more than the path tables of ISO 9660 and Joliet number.
void require_directories(const settings& of, std::uint64_t count);
/// Strict: `invalid_path` where a file system would store another name of an item in `dir`; of those with
/// numbers from `first` on.
void require_strict_names(const settings& of, const tree::file_tree& tree, tree::node_id dir,
                          std::size_t first);
/// `otherwise`: more blocks than the limit.
void require_fit(const settings& of, std::uint64_t blocks, base::errc otherwise);

/// Everything in a tree, when settings change.
void require_tree(const settings& of, const tree::file_tree& tree);
/// The same for the nodes from the number `first` on, whose names are new.
void require_new(const settings& of, const tree::file_tree& tree, std::size_t first);

/// What an image with these settings holds of a tree: the tree itself, or a copy without the named streams
/// and the marks of real-time files that its revision of UDF has not.
[[nodiscard]] std::shared_ptr<const tree::file_tree> writable(const settings& of,
                                                              std::shared_ptr<const tree::file_tree> tree);
/// More blocks than any entry adds to directories, path tables and nodes.
inline constexpr std::uint64_t blocks_an_entry = 16;
/// Of an entry with a content of this size, at most.
[[nodiscard]] constexpr std::uint64_t blocks_to_add(std::uint64_t size) {
  return size / 2048 + 1 + blocks_an_entry;
}
/// Blocks of an image of `tree`.
[[nodiscard]] std::uint64_t planned_blocks(const settings& of, const tree::file_tree& tree,
                                           base::timestamp now);

/// Whether something in the tree will not be in an image with these settings: named streams need UDF 2.00,
/// real-time files 2.01.
[[nodiscard]] bool drops_features(const settings& of, const tree::file_tree& tree);

}  // namespace comeback::imapi2fs
