// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "image/open.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace comeback::image {

struct finding {
  file_system fs;
  std::string path;  ///< in the image; "" for what concerns no single entry. Not fit for a terminal as it is
  std::string what;  ///< "directory record: extent disagrees with itself"
};

/// `sound()` when nothing was found.
struct verification {
  std::uint64_t files = 0, directories = 0, bytes = 0;  ///< looked at; directories without the root
  std::uint64_t finding_count = 0;
  std::vector<finding> findings;  ///< the first hundred
  /// Files of UDF whose blocks are another file's, too. UDF forbids it, and their bytes are sound.
  std::uint64_t sharing_files = 0;
  [[nodiscard]] bool sound() const noexcept { return finding_count == 0; }
};

/// The structure of every file system: descriptors, directories, path tables of both byte orders against the
/// directories, numbers stored twice, extents inside the image and behind the descriptors, directories that
/// overlap or loop; one file system against the other; boot catalog and partition tables with their checksums
/// and copies.
[[nodiscard]] verification verify(const opened_image& image, const base::progress& progress = {},
                                  const std::stop_token& stop = {});

/// Whether every file system of the image holds exactly the names and contents of `tree` (as `add_tree` read
/// it from a folder); Rock Ridge and UDF also kinds, modes, link targets, devices and the times of files.
/// Names compare as a planner with the same naming options would have written them; both
/// ISO levels and both Joliet lengths are tried.
[[nodiscard]] verification verify_against(const opened_image& image, const tree::file_tree& tree,
                                          const base::progress& progress = {},
                                          const std::stop_token& stop = {});

}  // namespace comeback::image
