// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/file_system_image.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/arrays.hpp"
#include "imapi2fs/directory_item.hpp"
#include "imapi2fs/feature.hpp"
#include "imapi2fs/file_item.hpp"
#include "imapi2fs/image_result.hpp"
#include "imapi2fs/paths.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace comeback::imapi2fs {
namespace {

constexpr com::event updated{&DFileSystemImageEvents::Update, 0x100};
constexpr std::uint64_t block = IMAPI_SECTOR_SIZE;
constexpr LONG blocks_a_megabyte = 512;

LONG blocks_of(std::uint64_t size) { return static_cast<LONG>((size + block - 1) / block); }

FsiItemType type_of(const image_model& image, std::string_view path) {
  const auto node = image.find_absolute(path);
  if (!node) return FsiItemNotFound;
  return image.with_tree([&](const tree::file_tree& t) { return t.is_directory(*node); }) ? FsiItemDirectory
                                                                                          : FsiItemFile;
}

constexpr std::array iso_levels{1, 2};

com::safe_array levels() {
  return array_of(std::vector<LONG>(iso_levels.begin(), iso_levels.end()),
                  [](LONG level) { return number_variant(level, VT_UI4); });
}

com::safe_array revisions() {
  return array_of(std::vector<LONG>(udf_revisions().begin(), udf_revisions().end()),
                  [](LONG revision) { return number_variant(revision, VT_I4); });
}

}  // namespace

// Before the first block, after each megabyte, and at an end that is none (dfilesystemimageevents-update.md).
image_model::watcher file_system_image::updates() {
  auto& point = point_of<DFileSystemImageEvents>();
  if (!point.has_sinks()) return {};
  return [this, &point](const std::string& path, std::uint64_t size) {
    const std::unique_ptr<OLECHAR, decltype(&SysFreeString)> file(com::to_bstr(with_backslashes(path)),
                                                                  SysFreeString);
    const LONG total = blocks_of(size);
    const auto raise = [&](LONG done) {
      updated.raise(point, static_cast<IFileSystemImage3*>(this), file.get(), done, total);
    };
    for (LONG done = 0; done <= total; done += blocks_a_megabyte) raise(done);
    if (total % blocks_a_megabyte != 0) raise(total);
  };
}

item file_system_image::new_item(BSTR name, bool directory) {
  auto made = image_->create_item(com::required(name, "name"), directory);
  return {image_, {tree::no_node, std::move(made)}, com::ptr(this)};
}

HRESULT file_system_image::get_Root(IFsiDirectoryItem** out) noexcept {
  return boundary(out, [&] { return com::make<directory_item>(item{image_, {tree::root}, com::ptr(this)}); });
}
HRESULT file_system_image::get_SessionStartBlock(LONG* out) noexcept {
  return boundary(out, [&] { return image_->current().session_start; });
}
HRESULT file_system_image::put_SessionStartBlock(LONG value) noexcept {
  return boundary([&] { image_->set_session_start(value); });
}
HRESULT file_system_image::get_FreeMediaBlocks(LONG* out) noexcept {
  return boundary(out, [&] { return image_->current().free_media_blocks; });
}
HRESULT file_system_image::put_FreeMediaBlocks(LONG value) noexcept {
  return boundary([&] { image_->set_free_media_blocks(value); });
}
HRESULT file_system_image::get_UsedBlocks(LONG* out) noexcept {
  return boundary(out, [&] { return image_->used_blocks(); });
}
HRESULT file_system_image::get_VolumeName(BSTR* out) noexcept {
  return boundary(out, [&] { return image_->current().volume_name; });
}
HRESULT file_system_image::put_VolumeName(BSTR value) noexcept {
  return boundary([&] { image_->set_volume_name(com::to_utf8(value)); });
}
HRESULT file_system_image::get_FileCount(LONG* out) noexcept {
  return boundary(out, [&] { return image_->file_count(); });
}
// The root is one.
HRESULT file_system_image::get_DirectoryCount(LONG* out) noexcept {
  return boundary(out, [&] { return image_->directory_count() + 1; });
}
HRESULT file_system_image::get_WorkingDirectory(BSTR* out) noexcept {
  return boundary(out, [&] { return image_->working_folder(); });
}
HRESULT file_system_image::put_WorkingDirectory(BSTR value) noexcept {
  return boundary([&] { image_->set_working_folder(com::required(value, "folder")); });
}
HRESULT file_system_image::get_ChangePoint(LONG* out) noexcept {
  return boundary(out, [&] { return image_->change_point(); });
}
HRESULT file_system_image::get_StrictFileSystemCompliance(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return image_->current().strict; });
}
HRESULT file_system_image::put_StrictFileSystemCompliance(VARIANT_BOOL value) noexcept {
  return boundary([&] { image_->set_strict(value != VARIANT_FALSE); });
}
HRESULT file_system_image::get_UseRestrictedCharacterSet(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return image_->current().restricted; });
}
HRESULT file_system_image::put_UseRestrictedCharacterSet(VARIANT_BOOL value) noexcept {
  return boundary([&] { image_->set_restricted(value != VARIANT_FALSE); });
}
HRESULT file_system_image::get_FileSystemsToCreate(FsiFileSystems* out) noexcept {
  return boundary(out, [&] { return image_->current().file_systems; });
}
HRESULT file_system_image::put_FileSystemsToCreate(FsiFileSystems value) noexcept {
  bool kept = true;
  return with_feature(kept, boundary([&] { kept = image_->set_file_systems(value); }));
}
HRESULT file_system_image::get_FileSystemsSupported(FsiFileSystems* out) noexcept {
  return boundary(out, [&] { return supported_file_systems; });
}
HRESULT file_system_image::put_UDFRevision(LONG value) noexcept {
  bool kept = true;
  return with_feature(kept, boundary([&] { kept = image_->set_udf_revision(value); }));
}
HRESULT file_system_image::get_UDFRevision(LONG* out) noexcept {
  return boundary(out, [&] { return image_->current().udf_revision; });
}
HRESULT file_system_image::get_UDFRevisionsSupported(SAFEARRAY** out) noexcept {
  return boundary(out, [&] { return revisions(); });
}
HRESULT file_system_image::ChooseImageDefaultsForMediaType(IMAPI_MEDIA_PHYSICAL_TYPE value) noexcept {
  return boundary([&] { image_->choose_defaults(value); });
}
HRESULT file_system_image::put_ISO9660InterchangeLevel(LONG value) noexcept {
  return boundary([&] { image_->set_iso_level(value); });
}
HRESULT file_system_image::get_ISO9660InterchangeLevel(LONG* out) noexcept {
  return boundary(out, [&] { return image_->current().iso_level; });
}
HRESULT file_system_image::get_ISO9660InterchangeLevelsSupported(SAFEARRAY** out) noexcept {
  return boundary(out, [&] { return levels(); });
}
HRESULT file_system_image::CreateResultImage(IFileSystemImageResult** out) noexcept {
  return boundary(out, [&] { return com::make<image_result>(image_->create()); });
}
HRESULT file_system_image::Exists(BSTR path, FsiItemType* out) noexcept {
  return boundary(out, [&] { return type_of(*image_, com::required(path, "path")); });
}
HRESULT file_system_image::RollbackToChangePoint(LONG point) noexcept {
  return boundary([&] { image_->roll_back(point); });
}
HRESULT file_system_image::LockInChangePoint() noexcept {
  return boundary([&] { image_->lock_in_changes(); });
}
HRESULT file_system_image::CreateDirectoryItem(BSTR name, IFsiDirectoryItem** out) noexcept {
  return boundary(out, [&] { return com::make<directory_item>(new_item(name, true)); });
}
HRESULT file_system_image::CreateFileItem(BSTR name, IFsiFileItem** out) noexcept {
  return boundary(out, [&] { return com::make<file_item>(new_item(name, false)); });
}
HRESULT file_system_image::get_VolumeNameUDF(BSTR* out) noexcept {
  return boundary(out, [&] { return image_->volume_name_in(udf_bit); });
}
HRESULT file_system_image::get_VolumeNameJoliet(BSTR* out) noexcept {
  return boundary(out, [&] { return image_->volume_name_in(joliet_bit); });
}
HRESULT file_system_image::get_VolumeNameISO9660(BSTR* out) noexcept {
  return boundary(out, [&] { return image_->volume_name_in(iso9660_bit); });
}
HRESULT file_system_image::get_StageFiles(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return image_->stages_files(); });
}
HRESULT file_system_image::put_StageFiles(VARIANT_BOOL value) noexcept {
  return boundary([&] { image_->set_stages_files(value != VARIANT_FALSE); });
}
HRESULT file_system_image::get_CreateRedundantUdfMetadataFiles(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] { return image_->current().redundant_metadata; });
}
HRESULT file_system_image::put_CreateRedundantUdfMetadataFiles(VARIANT_BOOL value) noexcept {
  bool kept = true;
  return with_feature(kept, boundary([&] { kept = image_->set_redundant_metadata(value != VARIANT_FALSE); }));
}

}  // namespace comeback::imapi2fs
