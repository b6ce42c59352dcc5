// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/block_ranges.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/arrays.hpp"

namespace comeback::imapi2fs {

HRESULT block_range::get_StartLba(LONG* out) noexcept {
  return boundary(out, [&] { return blocks_.first; });
}
HRESULT block_range::get_EndLba(LONG* out) noexcept {
  return boundary(out, [&] { return blocks_.last; });
}

HRESULT block_range_list::get_BlockRanges(SAFEARRAY** out) noexcept {
  return boundary(out, [&] {
    return array_of(
        ranges_, [](blocks_between one) { return com::dispatch_variant(com::make<block_range>(one).get()); });
  });
}

}  // namespace comeback::imapi2fs
