// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace comeback::imapi2fs {

/// The pages allow both '/' and '\\' between the parts of a path.
[[nodiscard]] constexpr bool is_separator(char c) { return c == '/' || c == '\\'; }
[[nodiscard]] constexpr bool is_absolute(std::string_view path) {
  return !path.empty() && is_separator(path.front());
}
/// Without the empty ones.
[[nodiscard]] std::vector<std::string> parts_of(std::string_view path);
/// A path of the tree as the pages print it.
[[nodiscard]] std::string with_backslashes(std::string path);

}  // namespace comeback::imapi2fs
