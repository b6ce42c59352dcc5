// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <utility>

#include <objbase.h>

namespace comeback::com {

/// Owns one reference.
template <class T>
class ptr {
 public:
  ptr() = default;
  ptr(std::nullptr_t) noexcept {}
  /// Takes another reference.
  explicit ptr(T* shared) noexcept : p_(shared) {
    if (p_) p_->AddRef();
  }
  ptr(const ptr& o) noexcept : ptr(o.p_) {}
  ptr(ptr&& o) noexcept : p_(o.detach()) {}
  template <class U>
    requires std::convertible_to<U*, T*>
  ptr(ptr<U> o) noexcept : p_(o.detach()) {}
  ptr& operator=(ptr o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~ptr() {
    if (p_) p_->Release();
  }

  /// Takes the reference over.
  static ptr own(T* taken) noexcept {
    ptr p;
    p.p_ = taken;
    return p;
  }
  T* detach() noexcept { return std::exchange(p_, nullptr); }
  [[nodiscard]] T* get() const noexcept { return p_; }
  T* operator->() const noexcept { return p_; }
  T& operator*() const noexcept { return *p_; }
  explicit operator bool() const noexcept { return p_ != nullptr; }
  /// For calls that hand out a reference; what was held is released.
  T** put() noexcept {
    *this = ptr();
    return &p_;
  }

  /// Null where the object has no such interface.
  template <class I>
  [[nodiscard]] ptr<I> as() const noexcept {
    ptr<I> found;
    if (p_) p_->QueryInterface(__uuidof(I), reinterpret_cast<void**>(found.put()));
    return found;
  }

 private:
  T* p_ = nullptr;
};

/// A new object; the pointer owns its first reference.
template <class C, class... Args>
[[nodiscard]] ptr<C> make(Args&&... args) {
  return ptr<C>::own(new C(std::forward<Args>(args)...));
}

}  // namespace comeback::com
