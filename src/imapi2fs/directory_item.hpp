// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "imapi2fs/item.hpp"

#include <utility>

namespace comeback::imapi2fs {

class directory_item final
    : public com::automation<IFsiDirectoryItem2, com::class_info<&CLSID_FsiDirectoryItem>, item_holder> {
 public:
  explicit directory_item(item self) : self_(std::move(self)) {}
  const item& held() const noexcept override { return self_; }

  HRESULT get_Name(BSTR* out) noexcept override;
  HRESULT get_FullPath(BSTR* out) noexcept override;
  HRESULT get_CreationTime(DATE* out) noexcept override;
  HRESULT put_CreationTime(DATE value) noexcept override;
  HRESULT get_LastAccessedTime(DATE* out) noexcept override;
  HRESULT put_LastAccessedTime(DATE value) noexcept override;
  HRESULT get_LastModifiedTime(DATE* out) noexcept override;
  HRESULT put_LastModifiedTime(DATE value) noexcept override;
  HRESULT get_IsHidden(VARIANT_BOOL* out) noexcept override;
  HRESULT put_IsHidden(VARIANT_BOOL value) noexcept override;
  HRESULT FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept override;
  HRESULT get__NewEnum(IEnumVARIANT** out) noexcept override;
  HRESULT get_Item(BSTR path, IFsiItem** out) noexcept override;
  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT get_EnumFsiItems(IEnumFsiItems** out) noexcept override;
  HRESULT AddDirectory(BSTR path) noexcept override;
  HRESULT AddFile(BSTR path, IStream* data) noexcept override;
  HRESULT AddTree(BSTR source, VARIANT_BOOL with_base_directory) noexcept override;
  HRESULT Add(IFsiItem* what) noexcept override;
  HRESULT Remove(BSTR path) noexcept override;
  HRESULT RemoveTree(BSTR path) noexcept override;
  HRESULT AddTreeWithNamedStreams(BSTR source, VARIANT_BOOL with_base_directory) noexcept override;

 private:
  item self_;
};

}  // namespace comeback::imapi2fs
