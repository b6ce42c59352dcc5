// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "imapi2fs/block_ranges.hpp"
#include "imapi2fs/image_model.hpp"

#include <utility>

namespace comeback::imapi2fs {

/// A planned image. It, its streams and their clones freeze the image object they come from.
class image_result final
    : public com::automation<IFileSystemImageResult2, com::class_info<&CLSID_FileSystemImageResult>> {
 public:
  explicit image_result(made_image made) : made_(std::move(made)) {}

  HRESULT get_ImageStream(IStream** out) noexcept override;
  HRESULT get_ProgressItems(IProgressItems** out) noexcept override;
  HRESULT get_TotalBlocks(LONG* out) noexcept override;
  HRESULT get_BlockSize(LONG* out) noexcept override;
  HRESULT get_DiscId(BSTR* out) noexcept override;
  HRESULT get_ModifiedBlocks(IBlockRangeList** out) noexcept override;

 private:
  made_image made_;
};

}  // namespace comeback::imapi2fs
