// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::rockridge {

/// Appends the SL entries (RRIP 4.1.3) of a symbolic link: components instead of slashes, so that several
/// slashes in a row become one and one at the end is lost, as the kernel reads them.
void append_link(std::string_view target, std::vector<std::byte>& out);

/// What readers make of these entries: the target without what is lost.
[[nodiscard]] std::string recorded_link(std::string_view target);

}  // namespace comeback::rockridge
