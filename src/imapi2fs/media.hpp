// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace comeback::imapi2fs {

/// What an image for a kind of medium may need at most.
struct medium {
  int type;             ///< IMAPI_MEDIA_PHYSICAL_TYPE
  std::int32_t blocks;  ///< 0: no limit
  int file_systems;     ///< FsiFileSystems
};

/// Empty for numbers that are no kind of medium, and for "unknown".
[[nodiscard]] std::optional<medium> find_medium(int type) noexcept;

}  // namespace comeback::imapi2fs
