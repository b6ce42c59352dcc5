// SPDX-License-Identifier: Apache-2.0
#include "com/object/enum_variant.hpp"

#include "com/object/boundary.hpp"

#include <algorithm>

namespace comeback::com {

// Whole or not at all: what was copied before memory ran out is cleared again.
HRESULT enum_variant::Next(ULONG count, VARIANT* items, ULONG* fetched) noexcept {
  if (fetched) *fetched = 0;
  if ((!items && count != 0) || (!fetched && count > 1)) return publish(E_POINTER);
  const std::lock_guard lock(mutex_);
  const auto wanted = static_cast<ULONG>(std::min<std::size_t>(count, items_->size() - next_));
  for (ULONG done = 0; done < wanted; ++done) {
    VariantInit(&items[done]);
    const HRESULT hr = VariantCopy(&items[done], &(*items_)[next_ + done].get());
    if (SUCCEEDED(hr)) continue;
    while (done > 0) VariantClear(&items[--done]);
    return publish(hr);
  }
  next_ += wanted;
  if (fetched) *fetched = wanted;
  return wanted == count ? S_OK : S_FALSE;
}

HRESULT enum_variant::Skip(ULONG count) noexcept {
  const std::lock_guard lock(mutex_);
  const std::size_t left = items_->size() - next_;
  next_ += std::min<std::size_t>(count, left);
  return count <= left ? S_OK : S_FALSE;
}

HRESULT enum_variant::Reset() noexcept {
  const std::lock_guard lock(mutex_);
  next_ = 0;
  return S_OK;
}

HRESULT enum_variant::Clone(IEnumVARIANT** other) noexcept {
  return boundary(other, [&] {
    const std::lock_guard lock(mutex_);
    return make<enum_variant>(items_, next_);
  });
}

variant dispatch_variant(IDispatch* object) {
  VARIANT v{};
  v.vt = VT_DISPATCH;
  v.pdispVal = object;
  return variant(v);
}

}  // namespace comeback::com
