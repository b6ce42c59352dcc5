// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace comeback::libvirt_backend {

/// While it lives, this thread's effective user is not root, but it keeps root's capabilities and makes files
/// as root. No other thread notices.
///
/// libvirt's QEMU driver asks for nothing but the effective user to decide that it is privileged, and then
/// will not start at all where the user libvirt-qemu does not exist, even when its configuration names
/// another one (libvirt 9.0, virQEMUDriverConfigNew). Debian makes that user only with the daemon's package.
class ordinary_user_for_a_while {
 public:
  ordinary_user_for_a_while();
  ordinary_user_for_a_while(const ordinary_user_for_a_while&) = delete;
  ordinary_user_for_a_while& operator=(const ordinary_user_for_a_while&) = delete;
  ~ordinary_user_for_a_while();
};

}  // namespace comeback::libvirt_backend
