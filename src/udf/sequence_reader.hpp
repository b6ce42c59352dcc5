// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "udf/reader.hpp"

namespace comeback::udf {

/// A volume descriptor sequence (ECMA-167 3/8.4.2), over pointers to further extents. What cannot be used is
/// left out, and among its faults.
[[nodiscard]] sequence read_sequence(const disk::source& from, std::uint32_t sector, const extent_ad& extent);

}  // namespace comeback::udf
