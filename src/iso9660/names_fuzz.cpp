// SPDX-License-Identifier: Apache-2.0
// Any names, one a line: the names made of them are legal and unique at every level.
#include "base/error.hpp"
#include "iso9660/names.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

using namespace comeback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  tree::file_tree t;
  for (bool directory = false; !text.empty(); directory = !directory) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    try {
      if (directory)
        t.add_directory(tree::root, line);
      else
        t.add_file(tree::root, line, tree::memory_content(""));
    } catch (const base::error&) {
      continue;
    }
  }
  for (const int level : {1, 2}) {
    std::set<std::string, std::less<>> seen;
    for (const auto& one : iso9660::names(level).children(t, tree::root)) {
      const auto shown = iso9660::without_version(one.identifier);
      if (!seen.emplace(shown).second || one.identifier.size() > 33) std::abort();
      if (shown.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") != std::string_view::npos)
        std::abort();
    }
  }
  return 0;
}
