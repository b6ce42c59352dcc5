// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/ptr.hpp"
#include "imapi2fs/boot_image.hpp"

#include <mutex>
#include <string>
#include <utility>

namespace comeback::imapi2fs {

/// CLSID_BootOptions. Any thread may call.
class boot_options final : public com::automation<IBootOptions, com::class_info<&CLSID_BootOptions>> {
 public:
  boot_options() = default;
  boot_options(const boot_image& copied, com::ptr<IStream> stream);

  HRESULT get_BootImage(IStream** out) noexcept override;
  HRESULT get_Manufacturer(BSTR* out) noexcept override;
  HRESULT put_Manufacturer(BSTR value) noexcept override;
  HRESULT get_PlatformId(PlatformId* out) noexcept override;
  HRESULT put_PlatformId(PlatformId value) noexcept override;
  HRESULT get_Emulation(EmulationType* out) noexcept override;
  HRESULT put_Emulation(EmulationType value) noexcept override;
  HRESULT get_ImageSize(ULONG* out) noexcept override;
  HRESULT AssignBootImage(IStream* stream) noexcept override;

 private:
  template <class F>
  auto locked(F&& what) {
    const std::lock_guard lock(mutex_);
    return std::forward<F>(what)();
  }
  void set_manufacturer(const std::string& name);
  void set_emulation(int emulation);
  void assign(com::ptr<IStream> stream);

  std::mutex mutex_;
  com::ptr<IStream> stream_;
  boot_image image_;
};

/// What an object with this interface describes now, whoever made it. Throws `boot_image_data` where it
/// fails, or has no boot image.
[[nodiscard]] boot_image described_by(IBootOptions& options);

}  // namespace comeback::imapi2fs
