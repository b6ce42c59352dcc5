// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/automation.hpp"
#include "com/made/imapi2fs.hpp"
#include "image/plan.hpp"
#include "imapi2fs/segments.hpp"

#include <memory>
#include <utility>

namespace comeback::imapi2fs {

class progress_item final : public com::automation<IProgressItem, com::class_info<&CLSID_ProgressItem>> {
 public:
  explicit progress_item(segment what) : what_(std::move(what)) {}

  HRESULT get_Description(BSTR* out) noexcept override;
  HRESULT get_FirstBlock(ULONG* out) noexcept override;
  HRESULT get_LastBlock(ULONG* out) noexcept override;
  HRESULT get_BlockCount(ULONG* out) noexcept override;

 private:
  segment what_;
};

class progress_items final : public com::automation<IProgressItems, com::class_info<&CLSID_ProgressItems>> {
 public:
  explicit progress_items(std::shared_ptr<const segments> all) : all_(std::move(all)) {}

  HRESULT get__NewEnum(IEnumVARIANT** out) noexcept override;
  HRESULT get_Item(LONG index, IProgressItem** out) noexcept override;
  HRESULT get_Count(LONG* out) noexcept override;
  HRESULT ProgressItemFromBlock(ULONG block, IProgressItem** out) noexcept override;
  HRESULT ProgressItemFromDescription(BSTR description, IProgressItem** out) noexcept override;
  HRESULT get_EnumProgressItems(IEnumProgressItems** out) noexcept override;

 private:
  std::shared_ptr<const segments> all_;
};

}  // namespace comeback::imapi2fs
