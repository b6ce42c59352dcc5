// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/ordinary_user.hpp"

#include "base/error.hpp"

#include <array>
#include <cerrno>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace comeback::libvirt_backend {

namespace {

constexpr long unchanged = -1;
constexpr long root = 0;
constexpr long nobody = 65534;

// The system calls themselves: the C library's functions change every thread of the process (nptl(7)).
long set_effective_user(long id) { return syscall(SYS_setresuid, unchanged, id, unchanged); }

long raise_permitted_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return -1;
  for (auto& set : sets) set.effective = set.permitted;
  return syscall(SYS_capset, &header, sets.data());
}

}  // namespace

ordinary_user_for_a_while::ordinary_user_for_a_while() {
  if (set_effective_user(nobody) != 0) base::throw_errno(errno, "changing", "the effective user");
  if (raise_permitted_capabilities() != 0) {
    const int number = errno;
    set_effective_user(root);
    base::throw_errno(number, "keeping", "root's capabilities");
  }
  syscall(SYS_setfsuid, root);
}

// Going back to root restores capabilities and the file system user with it (capabilities(7)).
ordinary_user_for_a_while::~ordinary_user_for_a_while() { set_effective_user(root); }

}  // namespace comeback::libvirt_backend
