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
  bool overwrite = false;  ///< replace files that are there; otherwise they are `errc::already_exists`
  /// No more than this; default: 1024 times the image, since files may share extents.
  std::optional<std::uint64_t> max_bytes{};
};

struct extract_result {
  std::uint64_t files = 0, directories = 0, bytes = 0;
};

/// Writes files and directories of an image below `target`, which is made where it is missing. Nothing
/// outside of it is ever touched: names are single components, resolved by the kernel beneath `target`, and
/// links are not followed. Errors: `invalid_path` (a name that no folder may hold), `already_exists`,
/// `file_system_inconsistent`, `data_too_big`, `disk_full`, `cancelled`. Files done until then stay; a
/// half-written one is removed.
extract_result extract(const opened_image& image, const std::filesystem::path& target,
                       const extract_options& how = {}, const base::progress& progress = {},
                       const std::stop_token& stop = {});

}  // namespace comeback::image
