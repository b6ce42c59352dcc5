// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

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

using connect_handle = std::unique_ptr<virConnect, calls<virConnectClose>>;
using domain_handle = std::unique_ptr<virDomain, calls<virDomainFree>>;

struct free_memory {
  void operator()(void* memory) const noexcept;
};
using c_string = std::unique_ptr<char, free_memory>;

}  // namespace comeback::libvirt_backend
