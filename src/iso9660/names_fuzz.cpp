// SPDX-License-Identifier: Apache-2.0
// Any names, one a line: the names made of them are legal and unique at every level.
#include "iso9660/long_names.hpp"
#include "iso9660/names.hpp"
#include "tree/lines_fuzz.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

using namespace comeback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto t = tree::tree_of_lines(text);
  for (const int level : {1, 2}) {
    std::set<std::string, std::less<>> seen;
    for (const auto& one : iso9660::names(level).children(t, tree::root)) {
      const auto shown = iso9660::without_version(one.identifier);
      if (!seen.emplace(shown).second || one.identifier.size() > 33) std::abort();
      if (shown.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") != std::string_view::npos)
        std::abort();
    }
  }
  std::set<std::string> seen;
  for (const auto& one : iso9660::long_names().children(t, tree::root))
    if (!seen.insert(one.identifier).second || one.identifier.empty() || one.identifier == "\1" ||
        one.identifier.size() > iso9660::long_name_limit)
      std::abort();
  return 0;
}
