// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/description.hpp"

#include <cstddef>

#include <oleauto.h>

namespace comeback::com {

/// A new IRecordInfo of a described structure. E_POINTER, E_OUTOFMEMORY, TYPE_E_UNSUPFORMAT (no structure).
HRESULT get_record_info(const described_type& type, IRecordInfo** info) noexcept;

/// The structure that a VARIANT holds or refers to, if `info` describes it: still the VARIANT's. A VARIANT
/// without one gives null. DISP_E_TYPEMISMATCH.
HRESULT record_in(const VARIANT& v, IRecordInfo& info, void*& found) noexcept;

/// Room for one IRecordInfo that lives as long as the process, so that having it cannot fail.
class lasting_record_info {
 public:
  explicit lasting_record_info(const described_type& type) noexcept;
  [[nodiscard]] IRecordInfo& get() const noexcept { return *info_; }

 private:
  alignas(std::max_align_t) std::byte room_[48];
  IRecordInfo* info_;
};

template <class T>
[[nodiscard]] IRecordInfo& record_info_of() noexcept {
  static const lasting_record_info one(description_of<T>());
  return one.get();
}

}  // namespace comeback::com
