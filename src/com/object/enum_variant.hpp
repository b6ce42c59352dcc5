// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/data/variant.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace comeback::com {

/// What For Each walks: a fixed list, so that a collection may change meanwhile.
class enum_variant final : public object<IEnumVARIANT> {
 public:
  using list = std::vector<variant>;
  explicit enum_variant(std::shared_ptr<const list> items, std::size_t next = 0)
      : items_(std::move(items)), next_(next) {}

  HRESULT STDMETHODCALLTYPE Next(ULONG count, VARIANT* items, ULONG* fetched) noexcept override;
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) noexcept override;
  HRESULT STDMETHODCALLTYPE Reset() noexcept override;
  HRESULT STDMETHODCALLTYPE Clone(IEnumVARIANT** other) noexcept override;

 private:
  std::shared_ptr<const list> items_;
  std::mutex mutex_;
  std::size_t next_;
};

/// An object as an element of such a list.
[[nodiscard]] variant dispatch_variant(IDispatch* object);

}  // namespace comeback::com
