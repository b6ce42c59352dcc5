// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.hpp"
#include "image/findings.hpp"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace comeback::image {

class opened_image;

/// A run of blocks that something claims.
struct claim {
  std::uint64_t begin, end;
  bool directory;
};

/// One `verify` under way: what every file system's check reports to.
struct checking {
  const opened_image& image;
  findings& out;
  std::vector<claim>& claims;  ///< of all file systems together
  const base::progress& progress;
  const std::stop_token& stop;
  /// A file's first byte and its size: the same in every file system of an image.
  struct file {
    file_system fs;
    std::uint64_t at, bytes;
  };
  std::vector<file> files{};     ///< of all file systems, those with bytes outside of ICBs
  bool of_udf_embedded = false;  ///< some files of UDF have their bytes in their ICBs
};

}  // namespace comeback::image
