// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "optical/medium.hpp"

#include <cstdint>
#include <vector>

namespace comeback::optical {

/// MMC-6 feature numbers, ascending, of a drive with a medium of this kind in it; `unknown`: without a
/// medium.
[[nodiscard]] std::vector<std::uint16_t> features_with(media_type type);
/// Of a drive that takes every kind.
[[nodiscard]] std::vector<std::uint16_t> all_features();

}  // namespace comeback::optical
