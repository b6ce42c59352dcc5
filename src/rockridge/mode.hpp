// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"

#include <cstdint>
#include <optional>

namespace comeback::rockridge {

/// The upper four bits of st_mode, as RRIP 4.1.1 records them: POSIX leaves their values open, RRIP does not.
[[nodiscard]] constexpr std::uint32_t type_bits(tree::node_kind kind) noexcept {
  switch (kind) {
    case tree::node_kind::directory:
      return 0040000;
    case tree::node_kind::file:
      return 0100000;
    case tree::node_kind::symbolic_link:
      return 0120000;
    case tree::node_kind::character_device:
      return 0020000;
    case tree::node_kind::block_device:
      return 0060000;
    case tree::node_kind::fifo:
      return 0010000;
    case tree::node_kind::socket:
      return 0140000;
  }
  return 0;
}

/// Empty where the bits name none.
[[nodiscard]] constexpr std::optional<tree::node_kind> kind_of(std::uint32_t mode) noexcept {
  for (const auto kind : {tree::node_kind::directory, tree::node_kind::file, tree::node_kind::symbolic_link,
                          tree::node_kind::character_device, tree::node_kind::block_device,
                          tree::node_kind::fifo, tree::node_kind::socket})
    if ((mode & 0170000) == type_bits(kind)) return kind;
  return std::nullopt;
}

}  // namespace comeback::rockridge
