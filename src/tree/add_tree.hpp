// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace comeback::tree {

/// Which file of this machine a path or descriptor means.
struct file_identity {
  std::uint64_t device = 0, inode = 0;
  auto operator<=>(const file_identity&) const = default;
};
/// Empty where there is no such file. Links are followed.
[[nodiscard]] std::optional<file_identity> identity_of(const std::filesystem::path& path);
[[nodiscard]] std::optional<file_identity> identity_of(int fd);

/// What was in the tree before and is not any more, or with another time: what taking it all back needs.
struct replaced_items {
  std::vector<node_id> removed;  ///< the topmost of each
  std::vector<std::pair<node_id, base::timestamp>> modified;
};

struct add_options {
  bool follow_links = false;  ///< take what links point to, instead of leaving links out
  bool keep_links = false;  ///< symbolic links become such; where links are followed: those that lead nowhere
  bool keep_special = false;     ///< so do devices, pipes and sockets
  bool keep_attributes = false;  ///< permissions, users and groups are those of the host
  bool skip_unreadable = false;  ///< what cannot be read is left out with a warning, instead of an error
  /// Files left out without a word, such as the image that is being made.
  std::vector<file_identity> exclude{};
  replaced_items* replaced = nullptr;  ///< told, also where the call fails
  /// Reads a directory that `is_kept`, before anything is added to it; none: such a one is an error.
  std::function<void(file_tree&, node_id)> open_kept{};
};

/// Why something of the host is not in the tree.
enum class left_out : std::uint8_t {
  link,          ///< a symbolic link, and links are not followed
  broken_link,   ///< a symbolic link that leads nowhere
  link_loop,     ///< a link to a folder that it lies in
  special_file,  ///< a socket, pipe or device
  unreadable,    ///< it cannot be read, and that is no error
};
[[nodiscard]] std::string_view name_of(left_out why) noexcept;  ///< "symbolic link"

struct warning {
  left_out why;
  std::string path;  ///< on the host
};

struct add_result {
  std::uint64_t files = 0, directories = 0, bytes = 0;    ///< added; directories without the top one
  std::uint64_t warning_count = 0, unreadable_count = 0;  ///< of all; of those that could not be read
  std::vector<warning> warnings{};  ///< all that could not be read, and the first hundred of the others
};

/// Mirrors the contents of the folder `source` into the directory `into`. Directories are merged; what is
/// there under the same name otherwise is replaced. Names are taken in byte order, so that the same folder
/// gives the same tree. Files of several names (hard links) share one content within one call.
/// Errors: `path_not_found` (no such folder), `directory_read_failure` (a folder cannot be listed),
/// `data_stream_create_failure` (a file cannot be read), `cancelled`. The tree may then hold a part: work
/// on a copy where that matters, or take back what `replaced` tells and remove what is new.
add_result add_tree(file_tree& tree, node_id into, const std::filesystem::path& source,
                    const add_options& options = {}, const base::progress& progress = {},
                    const std::stop_token& stop = {});

/// What the command line does with its arguments: a folder's contents go to `into`, a file into it under its
/// own name. A file that is no regular file is `not_supported`.
add_result add_source(file_tree& tree, node_id into, const std::filesystem::path& source,
                      const add_options& options = {}, const base::progress& progress = {},
                      const std::stop_token& stop = {});

}  // namespace comeback::tree
