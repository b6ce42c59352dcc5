// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/ptr.hpp"

#include <mutex>
#include <string>

namespace comeback::imapi2fs {

/// CLSID_MsftIsoImageManager: looks whether a file or stream is an image. Any thread may call.
class iso_image_manager final
    : public com::automation<IIsoImageManager, com::class_info<&CLSID_MsftIsoImageManager>> {
 public:
  HRESULT get_Path(BSTR* out) noexcept override;
  HRESULT get_Stream(IStream** out) noexcept override;
  HRESULT SetPath(BSTR path) noexcept override;
  HRESULT SetStream(IStream* data) noexcept override;
  HRESULT Validate() noexcept override;

 private:
  void open(const std::string& path);
  void set(std::string path, com::ptr<IStream> stream);
  [[nodiscard]] com::ptr<IStream> stream();
  [[nodiscard]] std::string path();

  std::mutex mutex_;
  std::string path_;
  com::ptr<IStream> stream_;
};

}  // namespace comeback::imapi2fs
