// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "image/plan.hpp"

#include <memory>

namespace comeback::imapi2fs {

/// A planned image. It, its streams and their clones freeze the image object they come from.
class image_result final
    : public com::automation<IFileSystemImageResult2, com::class_info<&CLSID_FileSystemImageResult>> {
 public:
  explicit image_result(std::shared_ptr<const image::layout> plan) : plan_(std::move(plan)) {}

  HRESULT get_ImageStream(IStream** out) noexcept override;
  HRESULT get_TotalBlocks(LONG* out) noexcept override;
  HRESULT get_BlockSize(LONG* out) noexcept override;

 private:
  std::shared_ptr<const image::layout> plan_;
};

}  // namespace comeback::imapi2fs
