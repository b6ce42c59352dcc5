// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/events/events.hpp"
#include "com/made/imapi2fs.hpp"
#include "imapi2fs/image_model.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace comeback::imapi2fs {

/// CLSID_MsftFileSystemImage. Events come on the thread that calls Add…, before that call returns; sinks may
/// call the image.
class file_system_image final
    : public com::automation<IFileSystemImage3, com::class_info<&CLSID_MsftFileSystemImage>,
                             com::event_source<DFileSystemImageEvents, DFileSystemImageImportEvents>> {
 public:
  explicit file_system_image(image_model::clock now)
      : image_(std::make_shared<image_model>(std::move(now))) {}

  /// DFileSystemImageEvents::Update for a file that was added. Empty where nobody listens.
  [[nodiscard]] image_model::watcher updates();

  HRESULT get_Root(IFsiDirectoryItem** out) noexcept override;
  HRESULT get_SessionStartBlock(LONG* out) noexcept override;
  HRESULT get_FreeMediaBlocks(LONG* out) noexcept override;
  HRESULT put_FreeMediaBlocks(LONG value) noexcept override;
  HRESULT get_UsedBlocks(LONG* out) noexcept override;
  HRESULT get_VolumeName(BSTR* out) noexcept override;
  HRESULT put_VolumeName(BSTR value) noexcept override;
  HRESULT get_FileCount(LONG* out) noexcept override;
  HRESULT get_DirectoryCount(LONG* out) noexcept override;
  HRESULT get_FileSystemsToCreate(FsiFileSystems* out) noexcept override;
  HRESULT put_FileSystemsToCreate(FsiFileSystems value) noexcept override;
  HRESULT get_FileSystemsSupported(FsiFileSystems* out) noexcept override;
  HRESULT ChooseImageDefaultsForMediaType(IMAPI_MEDIA_PHYSICAL_TYPE value) noexcept override;
  HRESULT get_ISO9660InterchangeLevel(LONG* out) noexcept override;
  HRESULT put_ISO9660InterchangeLevel(LONG value) noexcept override;
  HRESULT get_ISO9660InterchangeLevelsSupported(SAFEARRAY** out) noexcept override;
  HRESULT CreateResultImage(IFileSystemImageResult** out) noexcept override;
  HRESULT Exists(BSTR path, FsiItemType* out) noexcept override;
  HRESULT get_MultisessionInterfaces(SAFEARRAY** out) noexcept override;

 private:
  std::shared_ptr<image_model> image_;
};

}  // namespace comeback::imapi2fs
