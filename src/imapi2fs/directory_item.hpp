// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "imapi2fs/item_members.hpp"

namespace comeback::imapi2fs {

class directory_item final
    : public item_members<IFsiDirectoryItem2, com::class_info<&CLSID_FsiDirectoryItem>, item_holder> {
 public:
  using item_members::item_members;
  const item& held() const noexcept override { return self(); }

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
};

}  // namespace comeback::imapi2fs
