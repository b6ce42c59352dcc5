// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/paths.hpp"

#include <algorithm>
#include <utility>

namespace comeback::imapi2fs {

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : path) {
    if (!is_separator(c)) {
      part += c;
    } else if (!part.empty()) {
      parts.push_back(std::move(part));
      part.clear();
    }
  }
  if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

std::string with_backslashes(std::string path) {
  std::ranges::replace(path, '/', '\\');
  return path;
}

}  // namespace comeback::imapi2fs
