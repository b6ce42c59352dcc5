// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "com/object/ptr.hpp"
#include "imapi2fs/file_system_image.hpp"
#include "imapi2fs/image_model.hpp"

#include <memory>

namespace comeback::imapi2fs {

/// A path of the tree as the pages print it.
[[nodiscard]] std::string with_backslashes(std::string path);

/// A place in an image, which it keeps alive. The object outlives what it names: its members then answer
/// IMAPI_E_ITEM_NOT_FOUND.
struct item {
  std::shared_ptr<image_model> image;
  tree::node_id node;
  com::ptr<file_system_image> owner;

  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::string full_path() const;  ///< with backslashes, as the pages print paths
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] DATE modified() const;
  void set_modified(DATE when) const;
};

class directory_item final
    : public com::automation<IFsiDirectoryItem2, com::class_info<&CLSID_FsiDirectoryItem>> {
 public:
  explicit directory_item(item self) : self_(std::move(self)) {}

  HRESULT get_Name(BSTR* out) noexcept override;
  HRESULT get_FullPath(BSTR* out) noexcept override;
  HRESULT get_LastModifiedTime(DATE* out) noexcept override;
  HRESULT put_LastModifiedTime(DATE value) noexcept override;
  HRESULT FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT get__NewEnum(IEnumVARIANT** out) noexcept override;
  HRESULT get_Item(BSTR path, IFsiItem** out) noexcept override;
  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT AddDirectory(BSTR path) noexcept override;
  HRESULT AddFile(BSTR path, IStream* data) noexcept override;
  HRESULT AddTree(BSTR source, VARIANT_BOOL with_base_directory) noexcept override;
  HRESULT Remove(BSTR path) noexcept override;
  HRESULT RemoveTree(BSTR path) noexcept override;

 private:
  item self_;
};

class file_item final : public com::automation<IFsiFileItem2, com::class_info<&CLSID_FsiFileItem>> {
 public:
  explicit file_item(item self) : self_(std::move(self)) {}

  HRESULT get_Name(BSTR* out) noexcept override;
  HRESULT get_FullPath(BSTR* out) noexcept override;
  HRESULT get_LastModifiedTime(DATE* out) noexcept override;
  HRESULT put_LastModifiedTime(DATE value) noexcept override;
  HRESULT FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT get_DataSize(LONGLONG* out) noexcept override;
  HRESULT get_DataSize32BitLow(LONG* out) noexcept override;
  HRESULT get_DataSize32BitHigh(LONG* out) noexcept override;

 private:
  item self_;
};

/// The object of a node, by its kind.
[[nodiscard]] com::ptr<IFsiItem> make_item(item what);

}  // namespace comeback::imapi2fs
