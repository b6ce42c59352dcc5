// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/image_result.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/progress_items.hpp"
#include "imapi2fs/result_ranges.hpp"
#include "imapi2fs/result_stream.hpp"
#include "imapi2fs/streams.hpp"

#include <memory>

namespace comeback::imapi2fs {

HRESULT image_result::get_ImageStream(IStream** out) noexcept {
  return boundary(out, [&] { return com::make<result_stream>(image_stream(made_), ranges_of(made_)); });
}
HRESULT image_result::get_ProgressItems(IProgressItems** out) noexcept {
  return boundary(out,
                  [&] { return com::make<progress_items>(std::make_shared<const segments>(made_.plan)); });
}
HRESULT image_result::get_TotalBlocks(LONG* out) noexcept {
  return boundary(out, [&] { return blocks_of(made_).value; });
}
HRESULT image_result::get_BlockSize(LONG* out) noexcept {
  return boundary(out, [&] { return IMAPI_SECTOR_SIZE; });
}
HRESULT image_result::get_DiscId(BSTR* out) noexcept {
  return boundary(out, [&] { return made_.label; });
}
HRESULT image_result::get_ModifiedBlocks(IBlockRangeList** out) noexcept {
  return boundary(out, [&] { return com::make<block_range_list>(ranges_of(made_)); });
}

}  // namespace comeback::imapi2fs
