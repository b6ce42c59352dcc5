// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/object/interface.hpp"

#include <atomic>

namespace comeback::com {

/// The interface that an entry of an object's list stands for.
template <class T>
struct interface_of {
  using type = T;
};
template <class I>
struct interface_of<unimplemented<I>> {
  using type = I;
};

// Interfaces have no destructor at all, and nothing is ever deleted through one: Release is the only way.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// A COM object that has the listed interfaces and their bases. QueryInterface comes from the list; the first
/// entry's chain answers for IUnknown, so identity holds. It is sound as long as no interface has a virtual
/// destructor, nothing inherits virtually, and interfaces come first. Begins with one reference; any thread
/// may count. The last Release first lets the entries close (an event source lets its sinks go) while the
/// object is whole, then deletes it; counting meanwhile neither deletes it twice nor saves it.
template <class First, class... Rest>
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): Release deletes, nobody else may
class object : public First, public Rest... {
 public:
  object() = default;
  object(const object&) = delete;
  object& operator=(const object&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(const IID& iid, void** out) noexcept final {
    if (!out) return E_POINTER;
    *out = find<First>(iid);
    (void)((*out || (*out = find<Rest>(iid))) || ...);
    return *out ? (AddRef(), S_OK) : E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() noexcept final {
    return refs_.fetch_add(1, std::memory_order_relaxed) + 1;
  }
  ULONG STDMETHODCALLTYPE Release() noexcept final {
    const ULONG left = refs_.fetch_sub(1, std::memory_order_acq_rel) - 1;
    if (left == 0) destroy();
    return left;
  }
  /// AddRef for who knows the object without holding it, and knows that it was not deleted (its entries close
  /// before that); false when its last reference is gone.
  [[nodiscard]] bool add_ref_if_alive() noexcept {
    ULONG seen = refs_.load(std::memory_order_relaxed);
    while (seen != 0 && seen < dying / 2)
      if (refs_.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) return true;
    return false;
  }

 protected:
  virtual ~object() = default;  // lands behind the first interface's slots

 private:
  static constexpr ULONG dying = 1U << 30;  // far from 0 and from the end, whatever is counted meanwhile

  void destroy() noexcept {
    refs_.store(dying, std::memory_order_relaxed);
    (close<Rest>(), ...);
    delete this;
  }
  template <class Entry>
  void close() noexcept {
    if constexpr (requires(Entry& entry) { entry.close_entry(); }) static_cast<Entry*>(this)->close_entry();
  }
  template <class Entry, class Step = typename interface_of<Entry>::type>
  void* find(const IID& iid) noexcept {
    using interface_type = typename interface_of<Entry>::type;
    if (iid == __uuidof(Step)) return static_cast<interface_type*>(static_cast<Entry*>(this));
    using base = typename base_of<Step>::type;
    if constexpr (std::is_void_v<base>)
      return nullptr;
    else
      return find<Entry, base>(iid);
  }

  std::atomic<ULONG> refs_{1};
};

#pragma GCC diagnostic pop

}  // namespace comeback::com
