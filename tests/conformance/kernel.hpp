// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace comeback::conformance {

/// What Linux's isofs or udf driver says of one item (lstat, readlink, read).
struct kernel_entry {
  char kind = '?';  ///< d f l c b p s; '?': the kernel failed with the error in `mode`
  unsigned mode = 0, user = 0, group = 0;
  std::uint64_t links = 0, size = 0;
  std::int64_t modified = 0, modified_ns = 0;
  std::string accessed, changed;  ///< "seconds.nanoseconds"
  std::string device;             ///< "major:minor"
  std::uint64_t inode = 0;
  std::string target;  ///< of a symbolic link
  std::string sha256;  ///< of a file's bytes, or "error N"
};

struct kernel_mount {
  std::filesystem::path image;
  std::string type;     ///< "iso9660", "udf"
  std::string options;  ///< "norock,nojoliet"; may be empty
};

struct kernel_view {
  int error = 0;                                ///< errno of the mount; 0: mounted
  std::map<std::string, kernel_entry> entries;  ///< by path: "/", "/a/b"
  std::vector<std::string> messages;            ///< what the kernel said meanwhile
};

/// Boots Debian's kernel in QEMU, without KVM, with the images as read-only disks of 2048 byte blocks and no
/// other program than a lister of ours, and gives what each mount shows, in order. As few boots as
/// the slots of a machine allow. `built`: a guest as tools/guest/build.sh made it. Throws
/// `std::runtime_error` where the guest gives no answer.
[[nodiscard]] std::vector<kernel_view> ask_kernel(const std::vector<kernel_mount>& mounts,
                                                  const std::filesystem::path& built);

/// The guest that tools/guest/build.sh made; throws `std::runtime_error` where it did not.
[[nodiscard]] std::filesystem::path built_guest();

}  // namespace comeback::conformance
