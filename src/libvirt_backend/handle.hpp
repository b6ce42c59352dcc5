// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/no_sigpipe.hpp"

#include <memory>
#include <utility>

#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>

namespace comeback::libvirt_backend {

template <auto Free>
struct calls {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

/// Closing tells the daemon.
struct close_connection {
  void operator()(virConnectPtr connect) const noexcept {
    const no_sigpipe guard;
    virConnectClose(connect);
  }
};
using connect_handle = std::unique_ptr<virConnect, close_connection>;
using domain_handle = std::unique_ptr<virDomain, calls<virDomainFree>>;

/// A handle while it is used, by one thread: its daemon may go meanwhile.
template <class T>
class in_use {
 public:
  explicit in_use(std::shared_ptr<T> held) : held_(std::move(held)) {}
  in_use(const in_use&) = delete;
  in_use& operator=(const in_use&) = delete;
  ~in_use() = default;

  [[nodiscard]] T* get() const noexcept { return held_.get(); }
  [[nodiscard]] const std::shared_ptr<T>& shared() const noexcept { return held_; }

 private:
  no_sigpipe guard_;
  std::shared_ptr<T> held_;
};

struct free_memory {
  void operator()(void* memory) const noexcept;
};
using c_string = std::unique_ptr<char, free_memory>;

}  // namespace comeback::libvirt_backend
