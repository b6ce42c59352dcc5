// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace comeback::libvirt_backend {

/// Whom QEMU runs as when root uses the embedded driver.
struct qemu_user {
  std::string name;  ///< for qemu.conf; empty: nothing is said there
  bool privileged_driver = false;
  std::string note;  ///< why it is root, if it is
};

/// libvirt-qemu, where that user exists, can reach the driver's directory `root` and the disks of every
/// machine defined there, and may use /dev/kvm if it is there; else root.
[[nodiscard]] qemu_user choose_qemu_user(const std::filesystem::path& root);

/// Whether somebody who owns nothing on the way may pass every folder above `path`. (libvirt gives QEMU's
/// user the files themselves, but not the folders.)
[[nodiscard]] bool reachable_for_others(const std::filesystem::path& path);

struct account {
  uid_t id = 0;
  std::vector<gid_t> groups;
};
/// By owner, group and mode; access lists count for nothing.
[[nodiscard]] bool may_read_and_write(const account& who, const std::filesystem::path& path);

}  // namespace comeback::libvirt_backend
