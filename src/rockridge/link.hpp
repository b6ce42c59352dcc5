// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace comeback::rockridge {

/// Appends the SL entries (RRIP 4.1.3) of a symbolic link: components instead of slashes, so that several
/// slashes in a row become one and one at the end is lost, as the kernel reads them.
void append_link(std::string_view target, std::vector<std::byte>& out);

}  // namespace comeback::rockridge
