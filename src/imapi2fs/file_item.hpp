// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "imapi2fs/item_members.hpp"

namespace comeback::imapi2fs {

class file_item final : public item_members<IFsiFileItem2, com::class_info<&CLSID_FsiFileItem>, item_holder> {
 public:
  using item_members::item_members;
  const item& held() const noexcept override { return self(); }

  HRESULT get_DataSize(LONGLONG* out) noexcept override;
  HRESULT get_DataSize32BitLow(LONG* out) noexcept override;
  HRESULT get_DataSize32BitHigh(LONG* out) noexcept override;
  HRESULT get_Data(IStream** out) noexcept override;
  HRESULT put_Data(IStream* data) noexcept override;
  HRESULT get_FsiNamedStreams(IFsiNamedStreams** out) noexcept override;
  HRESULT get_IsNamedStream(VARIANT_BOOL* out) noexcept override;
  HRESULT AddStream(BSTR name, IStream* data) noexcept override;
  HRESULT RemoveStream(BSTR name) noexcept override;
  HRESULT get_IsRealTime(VARIANT_BOOL* out) noexcept override;
  HRESULT put_IsRealTime(VARIANT_BOOL value) noexcept override;
};

}  // namespace comeback::imapi2fs
