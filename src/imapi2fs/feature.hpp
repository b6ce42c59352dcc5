// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <imapi2fserror.h>
#include <winerror.h>

namespace comeback::imapi2fs {

/// S_OK, unless what was set is kept but will not be in an image with the file systems chosen now.
[[nodiscard]] inline HRESULT with_feature(const bool& kept, HRESULT hr) noexcept {
  return hr == S_OK && !kept ? IMAPI_S_IMAGE_FEATURE_NOT_SUPPORTED : hr;
}

}  // namespace comeback::imapi2fs
