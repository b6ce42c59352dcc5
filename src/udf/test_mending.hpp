// SPDX-License-Identifier: Apache-2.0
// For tests and fuzzing: makes tags true again after bytes were changed, so that what stands behind them is
// looked at.
#pragma once

#include "udf/format.hpp"

#include <cstddef>
#include <span>

namespace comeback::udf::testing {

/// Makes the tag in front of a block's descriptor true again after its bytes were changed.
inline void mend(std::span<std::byte> block) {
  auto t = *disk::read<tag>(block, 0, "tag");
  const auto body = block.subspan(sizeof(tag));
  if (t.crc_length <= body.size()) t.crc = crc_ccitt(body.data(), t.crc_length);
  t.checksum = checksum_of(t);
  disk::put(block, 0, t);
}

/// Whether a tag may begin there: versions are 2 and 3 (ECMA-167 3/7.2.2), the byte behind the checksum is 0.
inline bool may_be_tag(std::span<const std::byte> at) {
  return at.size() >= sizeof(tag) && (at[2] == std::byte{2} || at[2] == std::byte{3}) &&
         at[3] == std::byte{0} && at[5] == std::byte{0};
}

/// The tags of everything in a block: file identifiers, also those in an ICB, and the descriptor in front.
inline void mend_all(std::span<std::byte> block) {
  const auto is_name = [](std::span<const std::byte> at) {
    return may_be_tag(at) && at[0] == std::byte{1} && at[1] == std::byte{1};
  };
  // An ICB with an odd number of bytes in front has them anywhere (4/14.9).
  for (std::size_t at = 0; at + sizeof(tag) < block.size(); ++at)
    if (is_name(block.subspan(at))) mend(block.subspan(at));
  if (may_be_tag(block)) mend(block);
}

}  // namespace comeback::udf::testing
