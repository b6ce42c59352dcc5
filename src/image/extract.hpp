// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "image/open.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace comeback::image {

struct extract_options {
  std::optional<file_system> from{};  ///< default: `opened_image::best`
  std::vector<std::string> paths{};   ///< only these, with what is below them; default: everything
  bool overwrite = false;  ///< replace files that are there, by whole ones; else `errc::already_exists`
  /// No more than this, without holes; default: 1024 times the image, since files may share extents.
  std::optional<std::uint64_t> max_bytes{};
  bool devices = false;  ///< also devices, pipes and sockets, which are left out otherwise
};

/// An item of the image that is not in the target.
struct failed_item {
  std::string path;
  std::string why;
};

struct extract_result {
  std::uint64_t files = 0;  ///< every name of one counts
  std::uint64_t directories = 0, bytes = 0;
  std::uint64_t links = 0;     ///< symbolic ones
  std::uint64_t specials = 0;  ///< devices, pipes and sockets
  std::uint64_t left_out_count = 0;
  std::vector<std::string> left_out;  ///< paths of the first hundred devices, pipes and sockets left out
  std::uint64_t failed_count = 0;
  std::vector<failed_item> failed;  ///< the first thousand
};

/// Writes what is in an image below `target`, which is made where it is missing: files (several names of one
/// become hard links), directories, symbolic links with their targets as they are; with times, and
/// permissions where they were recorded, but without owners and set-id bits. Nothing outside of `target` is
/// ever touched: names are single components, resolved by the kernel beneath `target`, and links are not
/// followed. What is wrong with one item of the image (a name that no folder may hold, a target that no link
/// can have, contents that cannot be read, a folder that cannot be listed) is told in `failed`, and the
/// others are written. Errors: `already_exists`, `data_too_big`, `disk_full`, `access_denied` (devices),
/// `cancelled`; of `paths`, `item_not_found`, `file_system_inconsistent`. Files done until then stay; a
/// half-written one is removed.
extract_result extract(const opened_image& image, const std::filesystem::path& target,
                       const extract_options& how = {}, const base::progress& progress = {},
                       const std::stop_token& stop = {});

}  // namespace comeback::image
