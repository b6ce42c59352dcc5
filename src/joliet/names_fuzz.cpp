// SPDX-License-Identifier: Apache-2.0
// Any names, one a line: their Joliet names are unique and within the limit; any identifier can be shown.
#include "base/text.hpp"
#include "joliet/format.hpp"
#include "joliet/names.hpp"
#include "tree/lines_fuzz.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

using namespace comeback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!base::is_utf8(joliet::style().name(text)) || !base::is_utf8(joliet::style().text(text))) std::abort();
  const auto t = tree::tree_of_lines(text);
  for (const bool strict : {false, true}) {
    std::set<std::string> seen;
    for (const auto& one : joliet::names(strict).children(t, tree::root)) {
      const auto units = joliet::from_bytes(one.identifier);
      const auto limit = strict ? joliet::strict_limit + 2 : joliet::relaxed_limit;
      if (units.size() > limit || !seen.insert(joliet::style().name(one.identifier)).second) std::abort();
    }
  }
  return 0;
}
