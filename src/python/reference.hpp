// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "python/gil.hpp"

#include <utility>

#include <oleauto.h>

namespace comeback::python {

/// A reference to an object. Letting it go may run the object's destructor, which may wait for other threads:
/// where this thread has the GIL, it is given up for that time.
template <class I>
class reference {
 public:
  reference() = default;
  explicit reference(I* taken) : p_(taken) {}
  reference(const reference& other) : p_(other.p_) {
    if (p_) p_->AddRef();
  }
  reference(reference&& other) noexcept : p_(std::exchange(other.p_, nullptr)) {}
  reference& operator=(reference other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }
  ~reference() { reset(); }
  void reset() noexcept {
    I* const gone = std::exchange(p_, nullptr);
    if (!gone) return;
    if (Py_IsInitialized() && PyGILState_Check()) {
      PyThreadState* const state = PyEval_SaveThread();
      gone->Release();
      or_never([&] { PyEval_RestoreThread(state); });
    } else {
      gone->Release();
    }
  }
  static reference share(I* p) {
    if (p) p->AddRef();
    return reference(p);
  }
  template <class J>
  [[nodiscard]] reference<J> query() const {
    reference<J> other;
    if (p_) (void)p_->QueryInterface(__uuidof(J), reinterpret_cast<void**>(other.put()));
    return other;
  }
  [[nodiscard]] I* detach() noexcept { return std::exchange(p_, nullptr); }
  I** put() {
    reset();
    return &p_;
  }
  [[nodiscard]] I* get() const noexcept { return p_; }
  I* operator->() const noexcept { return p_; }
  explicit operator bool() const noexcept { return p_ != nullptr; }

 private:
  I* p_ = nullptr;
};

}  // namespace comeback::python
