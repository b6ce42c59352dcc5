// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/qemu_user.hpp"

#include "base/file.hpp"
#include "libvirt_backend/domain_xml.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

namespace comeback::libvirt_backend {

namespace {

namespace fs = std::filesystem;

constexpr const char* debian_user = "libvirt-qemu";

constexpr const char* kvm_device = "/dev/kvm";

std::optional<account> find_account(const char* name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
  account who{entry.pw_uid, std::vector<gid_t>(64)};
  int count = static_cast<int>(who.groups.size());
  // Somebody in more groups than that gets the first 64.
  getgrouplist(name, entry.pw_gid, who.groups.data(), &count);
  who.groups.resize(std::min(who.groups.size(), static_cast<std::size_t>(std::max(count, 0))));
  return who;
}

qemu_user root_because(std::string_view why) {
  return {.name = "root", .privileged_driver = true, .note = fmt::format("QEMU runs as root: {}.", why)};
}

/// The first file of a machine defined below `root` that QEMU's user cannot reach.
std::optional<fs::path> first_out_of_reach(const fs::path& root) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(root / "etc" / "qemu", none)) {
    if (entry.path().extension() != ".xml") continue;
    for (const fs::path& file : files_of(base::read_text(entry.path()))) {
      if (!reachable_for_others(file)) return file;
    }
  }
  return std::nullopt;
}

}  // namespace

bool reachable_for_others(const fs::path& path) {
  fs::path folder;
  for (const auto& part : fs::absolute(path).parent_path()) {
    folder /= part;
    std::error_code failed;
    const auto status = fs::status(folder, failed);
    if (!fs::exists(status)) return true;  // what is not there yet will be made for everybody
    if ((status.permissions() & fs::perms::others_exec) == fs::perms::none) return false;
  }
  return true;
}

bool may_read_and_write(const account& who, const fs::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return false;
  const auto allows = [&status](mode_t bits) { return (status.st_mode & bits) == bits; };
  if (status.st_uid == who.id) return allows(S_IRUSR | S_IWUSR);
  if (std::ranges::count(who.groups, status.st_gid) > 0) return allows(S_IRGRP | S_IWGRP);
  return allows(S_IROTH | S_IWOTH);
}

qemu_user choose_qemu_user(const fs::path& root) {
  const auto who = find_account(debian_user);
  if (!who) {
    return {
        .name = {},
        .privileged_driver = false,
        .note =
            "QEMU runs as root: there is no user libvirt-qemu (the package libvirt-daemon-system makes it)."};
  }
  if (!reachable_for_others(root / "qemu")) {
    return root_because(fmt::format("the user libvirt-qemu cannot reach '{}'", root.string()));
  }
  if (const auto file = first_out_of_reach(root)) {
    return root_because(fmt::format("the user libvirt-qemu cannot reach '{}'", file->string()));
  }
  // libvirt 9.0 asks QEMU with root's capabilities what it can do, and throws the answer away at every use
  // when that says KVM and QEMU's user may not use it: each question takes 4 s, and there are dozens.
  if (fs::exists(kvm_device) && !may_read_and_write(*who, kvm_device)) {
    return root_because(
        fmt::format("the user libvirt-qemu may not use {} (group kvm, mode 0660)", kvm_device));
  }
  return {.name = debian_user, .privileged_driver = true, .note = {}};
}

}  // namespace comeback::libvirt_backend
