// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "imapi2fs/item.hpp"

#include <utility>

namespace comeback::imapi2fs {

/// The named streams of a file, as they are when a member is called; the enumerators are snapshots.
class named_streams final
    : public com::automation<IFsiNamedStreams, com::class_info<&CLSID_FsiNamedStreams>> {
 public:
  explicit named_streams(item file) : file_(std::move(file)) {}

  HRESULT get__NewEnum(IEnumVARIANT** out) noexcept override;
  HRESULT get_Item(LONG index, IFsiFileItem2** out) noexcept override;
  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT get_EnumNamedStreams(IEnumFsiItems** out) noexcept override;

 private:
  item file_;
};

}  // namespace comeback::imapi2fs
