// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"

#include <cstddef>
#include <string>

namespace comeback::tree {

/// Opens a folder by a path of any length: beyond what the kernel takes in one call, piece by piece. Without
/// a descriptor on failure; `errno` says why. Behind the first `links_followed` bytes, which must end with a
/// component, a link is `ELOOP` wherever it stands in the path.
[[nodiscard]] base::unique_fd open_folder(const std::string& path, int flags,
                                          std::size_t links_followed = std::string::npos);

}  // namespace comeback::tree
