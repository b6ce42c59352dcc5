// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/made/imapi2fs.hpp"
#include "com/object/object.hpp"
#include "com/object/ptr.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace comeback::imapi2fs {

/// A place in a fixed list of objects: what the typed enumerators have in common.
template <class Element>
class list_cursor {
 public:
  using list = std::vector<com::ptr<Element>>;
  explicit list_cursor(std::shared_ptr<const list> items, std::size_t next = 0)
      : items_(std::move(items)), next_(next) {}

  /// S_OK also where fewer are left than asked for, as the pages have it; S_FALSE at the end, so that a loop
  /// of a client that counts on nothing else ends.
  HRESULT next(ULONG count, Element** into, ULONG* fetched) noexcept {
    if (fetched) *fetched = 0;
    if (!into) return E_POINTER;
    if (!fetched && count != 1) return E_INVALIDARG;
    const std::lock_guard lock(mutex_);
    const auto taken = static_cast<ULONG>(std::min<std::size_t>(count, items_->size() - next_));
    for (ULONG i = 0; i < taken; ++i) into[i] = com::ptr<Element>((*items_)[next_ + i]).detach();
    next_ += taken;
    if (fetched) *fetched = taken;
    return taken > 0 || count == 0 ? S_OK : (*into = nullptr, S_FALSE);
  }
  HRESULT skip(ULONG count) noexcept {
    const std::lock_guard lock(mutex_);
    const auto skipped = std::min<std::size_t>(count, items_->size() - next_);
    next_ += skipped;
    return skipped == count ? S_OK : S_FALSE;
  }
  HRESULT reset() noexcept {
    const std::lock_guard lock(mutex_);
    next_ = 0;
    return S_OK;
  }
  [[nodiscard]] std::pair<std::shared_ptr<const list>, std::size_t> position() {
    const std::lock_guard lock(mutex_);
    return {items_, next_};
  }

 private:
  std::shared_ptr<const list> items_;
  std::mutex mutex_;
  std::size_t next_;
};

class fsi_items final : public com::object<IEnumFsiItems> {
 public:
  using list = list_cursor<IFsiItem>::list;
  explicit fsi_items(std::shared_ptr<const list> items, std::size_t next = 0) : at_(std::move(items), next) {}

  HRESULT Next(ULONG count, IFsiItem** into, ULONG* fetched) noexcept override;
  HRESULT Skip(ULONG count) noexcept override;
  HRESULT Reset() noexcept override;
  HRESULT Clone(IEnumFsiItems** out) noexcept override;

 private:
  list_cursor<IFsiItem> at_;
};

class progress_enumerator final : public com::object<IEnumProgressItems> {
 public:
  using list = list_cursor<IProgressItem>::list;
  explicit progress_enumerator(std::shared_ptr<const list> items, std::size_t next = 0)
      : at_(std::move(items), next) {}

  HRESULT Next(ULONG count, IProgressItem** into, ULONG* fetched) noexcept override;
  HRESULT Skip(ULONG count) noexcept override;
  HRESULT Reset() noexcept override;
  HRESULT Clone(IEnumProgressItems** out) noexcept override;

 private:
  list_cursor<IProgressItem> at_;
};

}  // namespace comeback::imapi2fs
