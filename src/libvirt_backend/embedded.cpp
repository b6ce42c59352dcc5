// SPDX-License-Identifier: Apache-2.0
#include "libvirt_backend/embedded.hpp"

#include "base/file.hpp"
#include "libvirt_backend/errors.hpp"
#include "libvirt_backend/ordinary_user.hpp"
#include "libvirt_backend/qemu_user.hpp"
#include "libvirt_backend/short_path.hpp"

#include <fstream>

#include <fmt/format.h>

namespace comeback::libvirt_backend {

namespace {

using base::errc;
using base::error;
namespace fs = std::filesystem;

constexpr std::string_view uri_prefix = "qemu:///embed";
constexpr std::string_view first_line = "# Written by comeback at each start: changes do not last.\n";

/// No daemon, so nobody who logs for QEMU; no control groups, no confinement, no name spaces, which all need
/// privileges or helpers that an embedded driver does not have.
std::string configuration(const std::string& user) {
  std::string text(first_line);
  text +=
      "security_driver = \"none\"\n"
      "cgroup_controllers = []\n"
      "namespaces = []\n"
      "stdio_handler = \"file\"\n";
  if (!user.empty()) text += fmt::format("user = \"{0}\"\ngroup = \"{0}\"\n", user);
  return text;
}

/// A file that somebody else wrote there stays as it is.
void write_configuration(const fs::path& root, const std::string& user) {
  const fs::path folder = root / "etc", path = folder / "qemu.conf";
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) base::throw_errno(failed.value(), "making", folder.string());
  const std::string text = configuration(user);
  if (fs::exists(path)) {
    const std::string there = base::read_text(path);
    if (there == text || !there.starts_with(first_line)) return;
  }
  base::new_file file(path);
  base::write_all(file.fd(), std::as_bytes(std::span(text)), path.string());
  file.commit(/*sync=*/false);
}

connect_handle open(const std::string& uri, bool read_only) {
  return connect_handle(read_only ? virConnectOpenReadOnly(uri.c_str()) : virConnectOpen(uri.c_str()));
}

[[noreturn]] void fail(const fs::path& root) {
  const failure f = last_failure();
  // libvirt's words for its lock file, virPidFileAcquirePath.
  if (f.message.find("Failed to acquire pid file") != f.message.npos) {
    throw error(
        errc::sharing_violation,
        fmt::format("Another process uses the machines in '{}': without a daemon only one can. Wait for "
                    "it, or install the package libvirt-daemon-system.",
                    root.string()));
  }
  throw error(code_for(f),
              fmt::format("Opening libvirt's embedded driver in '{}': {}.", root.string(), f.message));
}

}  // namespace

std::optional<fs::path> embedded_root(std::string_view uri) {
  if (!uri.starts_with(uri_prefix)) return std::nullopt;
  constexpr std::string_view key = "root=";
  const auto at = uri.find(key);
  if (at == uri.npos) return std::nullopt;
  const auto value = uri.substr(at + key.size());
  return fs::path(from_percent(value.substr(0, value.find('&'))));
}

embedded_connection open_embedded(const fs::path& root, bool read_only, bool is_root) {
  const qemu_user user = is_root ? choose_qemu_user(root) : qemu_user{};
  write_configuration(root, user.name);
  const std::string uri = fmt::format("{}?root={}", uri_prefix, short_path(root).string());
  connect_handle connect;
  if (is_root && !user.privileged_driver) {
    const ordinary_user_for_a_while guard;
    connect = open(uri, read_only);
  } else {
    connect = open(uri, read_only);
  }
  if (!connect) fail(root);
  return {std::move(connect), user.note};
}

}  // namespace comeback::libvirt_backend
