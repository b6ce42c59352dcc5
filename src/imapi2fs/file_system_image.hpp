// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/events/events.hpp"
#include "com/made/imapi2fs.hpp"
#include "imapi2fs/image_model.hpp"
#include "imapi2fs/multisession_choice.hpp"
#include "imapi2fs/previous_session.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace comeback::imapi2fs {

struct item;

/// CLSID_MsftFileSystemImage. Events come on the thread that calls Add…, before that call returns; sinks may
/// call the image.
class file_system_image final
    : public com::automation<IFileSystemImage3, com::class_info<&CLSID_MsftFileSystemImage>,
                             com::event_source<DFileSystemImageEvents, DFileSystemImageImportEvents>> {
 public:
  /// `media`: how the media in recorders are read; `rule`: whether they take a second session with ISO 9660.
  explicit file_system_image(image_model::clock now, std::string working_folder = "/tmp",
                             media_reader media = no_media, second_iso9660 rule = second_iso9660::made)
      : image_(std::make_shared<image_model>(std::move(now), std::move(working_folder))),
        media_(std::move(media)),
        rule_(rule) {}

  /// DFileSystemImageEvents::Update for a file that was added. Empty where nobody listens.
  [[nodiscard]] image_model::watcher updates();

  HRESULT get_Root(IFsiDirectoryItem** out) noexcept override;
  HRESULT get_SessionStartBlock(LONG* out) noexcept override;
  HRESULT put_SessionStartBlock(LONG value) noexcept override;
  HRESULT get_FreeMediaBlocks(LONG* out) noexcept override;
  HRESULT put_FreeMediaBlocks(LONG value) noexcept override;
  HRESULT SetMaxMediaBlocksFromDevice(IDiscRecorder2* recorder) noexcept override;
  HRESULT get_UsedBlocks(LONG* out) noexcept override;
  HRESULT get_VolumeName(BSTR* out) noexcept override;
  HRESULT put_VolumeName(BSTR value) noexcept override;
  HRESULT get_ImportedVolumeName(BSTR* out) noexcept override;
  HRESULT get_BootImageOptions(IBootOptions** out) noexcept override;
  HRESULT put_BootImageOptions(IBootOptions* value) noexcept override;
  HRESULT get_FileCount(LONG* out) noexcept override;
  HRESULT get_DirectoryCount(LONG* out) noexcept override;
  HRESULT get_WorkingDirectory(BSTR* out) noexcept override;
  HRESULT put_WorkingDirectory(BSTR value) noexcept override;
  HRESULT get_ChangePoint(LONG* out) noexcept override;
  HRESULT get_StrictFileSystemCompliance(VARIANT_BOOL* out) noexcept override;
  HRESULT put_StrictFileSystemCompliance(VARIANT_BOOL value) noexcept override;
  HRESULT get_UseRestrictedCharacterSet(VARIANT_BOOL* out) noexcept override;
  HRESULT put_UseRestrictedCharacterSet(VARIANT_BOOL value) noexcept override;
  HRESULT get_FileSystemsToCreate(FsiFileSystems* out) noexcept override;
  HRESULT put_FileSystemsToCreate(FsiFileSystems value) noexcept override;
  HRESULT get_FileSystemsSupported(FsiFileSystems* out) noexcept override;
  HRESULT put_UDFRevision(LONG value) noexcept override;
  HRESULT get_UDFRevision(LONG* out) noexcept override;
  HRESULT get_UDFRevisionsSupported(SAFEARRAY** out) noexcept override;
  HRESULT ChooseImageDefaults(IDiscRecorder2* recorder) noexcept override;
  HRESULT ChooseImageDefaultsForMediaType(IMAPI_MEDIA_PHYSICAL_TYPE value) noexcept override;
  HRESULT put_ISO9660InterchangeLevel(LONG value) noexcept override;
  HRESULT get_ISO9660InterchangeLevel(LONG* out) noexcept override;
  HRESULT get_ISO9660InterchangeLevelsSupported(SAFEARRAY** out) noexcept override;
  HRESULT CreateResultImage(IFileSystemImageResult** out) noexcept override;
  HRESULT Exists(BSTR path, FsiItemType* out) noexcept override;
  HRESULT CalculateDiscIdentifier(BSTR* out) noexcept override;
  HRESULT IdentifyFileSystemsOnDisc(IDiscRecorder2* recorder, FsiFileSystems* out) noexcept override;
  HRESULT GetDefaultFileSystemForImport(FsiFileSystems among, FsiFileSystems* out) noexcept override;
  HRESULT ImportFileSystem(FsiFileSystems* out) noexcept override;
  HRESULT ImportSpecificFileSystem(FsiFileSystems file_system) noexcept override;
  HRESULT RollbackToChangePoint(LONG point) noexcept override;
  HRESULT LockInChangePoint() noexcept override;
  HRESULT CreateDirectoryItem(BSTR name, IFsiDirectoryItem** out) noexcept override;
  HRESULT CreateFileItem(BSTR name, IFsiFileItem** out) noexcept override;
  HRESULT get_VolumeNameUDF(BSTR* out) noexcept override;
  HRESULT get_VolumeNameJoliet(BSTR* out) noexcept override;
  HRESULT get_VolumeNameISO9660(BSTR* out) noexcept override;
  HRESULT get_StageFiles(VARIANT_BOOL* out) noexcept override;
  HRESULT put_StageFiles(VARIANT_BOOL value) noexcept override;
  HRESULT get_MultisessionInterfaces(SAFEARRAY** out) noexcept override;
  HRESULT put_MultisessionInterfaces(SAFEARRAY* value) noexcept override;
  HRESULT get_BootImageOptionsArray(SAFEARRAY** out) noexcept override;
  HRESULT put_BootImageOptionsArray(SAFEARRAY* value) noexcept override;
  HRESULT get_CreateRedundantUdfMetadataFiles(VARIANT_BOOL* out) noexcept override;
  HRESULT put_CreateRedundantUdfMetadataFiles(VARIANT_BOOL value) noexcept override;
  HRESULT ProbeSpecificFileSystem(FsiFileSystems file_system, VARIANT_BOOL* out) noexcept override;

  /// Where there are no recorders.
  [[noreturn]] static std::unique_ptr<optical::medium> no_media(std::string_view recorder);

 private:
  void set_boot(IBootOptions* value);
  void set_boot(SAFEARRAY* value);
  [[nodiscard]] std::vector<com::ptr<IBootOptions>> boot();
  /// What MultisessionInterfaces lead to, as it is now.
  [[nodiscard]] std::vector<multisession_entry> sessions();
  [[nodiscard]] session_place next_place();
  [[nodiscard]] previous_session previous() { return open_previous(next_place(), media_, rule_); }
  int import(int which);
  void tell_imported(const imported_session& what);
  [[nodiscard]] item new_item(BSTR name, bool directory);

  std::shared_ptr<image_model> image_;
  const media_reader media_;
  const second_iso9660 rule_;
  std::mutex mutex_;  // of what follows
  std::vector<com::ptr<IBootOptions>> boot_;
  std::vector<multisession_entry> sessions_;  // none: nothing was put
  bool boot_is_copied_ = false;               // the options are ours, and a client gets others
};

}  // namespace comeback::imapi2fs
