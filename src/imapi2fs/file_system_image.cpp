// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/file_system_image.hpp"

#include "com/object/boundary.hpp"
#include "imapi2fs/image_result.hpp"
#include "imapi2fs/items.hpp"

namespace comeback::imapi2fs {
namespace {

constexpr LONG first_session = 0;

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

com::safe_array levels() {
  auto made = com::variant_vector(2);
  void* data = nullptr;
  if (FAILED(SafeArrayAccessData(made.get(), &data))) throw std::bad_alloc();
  for (ULONG level = 1; level <= 2; ++level) {
    VARIANT& v = static_cast<VARIANT*>(data)[level - 1];
    v.vt = VT_UI4;
    v.ulVal = level;
  }
  SafeArrayUnaccessData(made.get());
  return made;
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

HRESULT file_system_image::get_Root(IFsiDirectoryItem** out) noexcept {
  return boundary(out, [&] { return com::make<directory_item>(item{image_, tree::root, com::ptr(this)}); });
}
HRESULT file_system_image::get_SessionStartBlock(LONG* out) noexcept {
  return boundary(out, [&] { return first_session; });
}
HRESULT file_system_image::get_FreeMediaBlocks(LONG* out) noexcept {
  return boundary(out, [&] { return image_->free_media_blocks(); });
}
HRESULT file_system_image::put_FreeMediaBlocks(LONG value) noexcept {
  return boundary([&] { image_->set_free_media_blocks(value); });
}
HRESULT file_system_image::get_UsedBlocks(LONG* out) noexcept {
  return boundary(out, [&] { return image_->used_blocks(); });
}
HRESULT file_system_image::get_VolumeName(BSTR* out) noexcept {
  return boundary(out, [&] { return image_->volume_name(); });
}
HRESULT file_system_image::put_VolumeName(BSTR value) noexcept {
  return boundary([&] { image_->set_volume_name(com::to_utf8(value)); });
}
HRESULT file_system_image::get_FileCount(LONG* out) noexcept {
  return boundary(out, [&] { return image_->file_count(); });
}
HRESULT file_system_image::get_DirectoryCount(LONG* out) noexcept {
  return boundary(out, [&] { return image_->directory_count(); });
}
HRESULT file_system_image::get_FileSystemsToCreate(FsiFileSystems* out) noexcept {
  return boundary(out, [&] { return image_->file_systems(); });
}
HRESULT file_system_image::put_FileSystemsToCreate(FsiFileSystems value) noexcept {
  return boundary([&] { image_->set_file_systems(value); });
}
HRESULT file_system_image::get_FileSystemsSupported(FsiFileSystems* out) noexcept {
  return boundary(out, [&] { return image_model::supported_file_systems; });
}
HRESULT file_system_image::ChooseImageDefaultsForMediaType(IMAPI_MEDIA_PHYSICAL_TYPE value) noexcept {
  return boundary([&] { image_->choose_defaults(value); });
}
HRESULT file_system_image::get_ISO9660InterchangeLevel(LONG* out) noexcept {
  return boundary(out, [&] { return image_->iso_level(); });
}
HRESULT file_system_image::put_ISO9660InterchangeLevel(LONG value) noexcept {
  return boundary([&] { image_->set_iso_level(value); });
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
// Nothing was put yet: an empty array, a new one for every caller.
HRESULT file_system_image::get_MultisessionInterfaces(SAFEARRAY** out) noexcept {
  return boundary(out, [&] { return com::variant_vector(0); });
}

}  // namespace comeback::imapi2fs
