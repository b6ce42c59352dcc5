// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace comeback::libvirt_backend {

/// A path that leads to `folder` (which is there) and is short and plain enough for the embedded driver: it
/// puts sockets below its directory, whose paths the kernel limits to 107 bytes, and libvirt's own part takes
/// up to 79 of them. Where `folder` is not, it is a link in a folder of the user's that dies with the
/// machine. Throws `base::error` when the link cannot be made or is somebody else's.
[[nodiscard]] std::filesystem::path short_path(const std::filesystem::path& folder);

/// For the query of a URI, and back. What is malformed stays as it is.
[[nodiscard]] std::string to_percent(std::string_view text);
[[nodiscard]] std::string from_percent(std::string_view text);

}  // namespace comeback::libvirt_backend
