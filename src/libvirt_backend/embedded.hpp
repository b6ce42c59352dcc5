// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "libvirt_backend/handle.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace comeback::libvirt_backend {

/// The directory that qemu:///embed?root=DIR names; empty for every other URI.
[[nodiscard]] std::optional<std::filesystem::path> embedded_root(std::string_view uri);

struct embedded_connection {
  connect_handle connect;
  std::string note;  ///< what the user should know about the user QEMU runs as
};

/// Opens libvirt's driver inside this process, with its configuration and its state under `root`, which is
/// made where it does not exist. One process at a time: a second one is refused by `errc::sharing_violation`.
[[nodiscard]] embedded_connection open_embedded(const std::filesystem::path& root, bool read_only,
                                                bool is_root);

}  // namespace comeback::libvirt_backend
