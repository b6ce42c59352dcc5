// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/image_result.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/streams.hpp"

namespace comeback::imapi2fs {

HRESULT image_result::get_ImageStream(IStream** out) noexcept {
  return boundary(out, [&] { return image_stream(plan_); });
}
HRESULT image_result::get_TotalBlocks(LONG* out) noexcept {
  return boundary(out, [&] { return plan_->blocks().value; });
}
HRESULT image_result::get_BlockSize(LONG* out) noexcept {
  return boundary(out, [&] { return IMAPI_SECTOR_SIZE; });
}

}  // namespace comeback::imapi2fs
