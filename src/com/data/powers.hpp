// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/number.hpp"

#include <array>

namespace comeback::com {

/// What the types of automation hold, and how far `exact` goes.
inline constexpr unsigned most_scale = 38, decimal_scale = 28, currency_scale = 4;
inline constexpr uint128 decimal_limit = uint128{1} << 96;

inline constexpr auto powers = [] {
  std::array<uint128, most_scale + 1> made{};
  made[0] = 1;
  for (std::size_t i = 1; i < made.size(); ++i) made[i] = made[i - 1] * 10;
  return made;
}();

}  // namespace comeback::com
