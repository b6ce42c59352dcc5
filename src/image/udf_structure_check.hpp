// SPDX-License-Identifier: Apache-2.0
// Between the files of a UDF volume's check.
#pragma once

#include "image/checking.hpp"
#include "udf/reader.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace comeback::image {

/// Bytes of the image that one structure or file uses.
struct used_run {
  std::uint64_t begin, end;
  std::size_t in = 0;       ///< a directory that names it, for messages
  bool is_content = false;  ///< of a file
};

/// Everything of the volume that no directory names: anchors, descriptor sequences, metadata files, sparing
/// tables. Adds what they use within partitions.
void check_udf_structures(const udf::reader& volume, findings& out, std::vector<used_run>& used);

/// What is used must not be free in a partition's bitmap (ECMA-167 4/14.12), and the integrity descriptor
/// counts what is free. `used` is sorted.
void check_udf_bitmaps(const udf::reader& volume, findings& out, const std::vector<used_run>& used);

}  // namespace comeback::image
