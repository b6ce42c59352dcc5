// SPDX-License-Identifier: Apache-2.0
// Any names, one a line: their UDF names are unique, fit into a file identifier and come back from it; any
// bytes of an identifier or a dstring can be shown.
#include "base/text.hpp"
#include "tree/lines_fuzz.hpp"
#include "udf/names.hpp"
#include "udf/text.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

using namespace comeback;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void look_at_bytes(std::string_view bytes) {
  if (const auto units = udf::from_cs0(bytes)) require(base::is_utf8(base::to_utf8(*units)));
  if (const auto text = udf::text_of_dstring(bytes)) require(base::is_utf8(*text));
  require(udf::dstring_bytes(bytes, 32).size() == 32);
  require(udf::text_of_dstring(udf::dstring_bytes(bytes, 32)).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  look_at_bytes(text);
  const auto t = tree::tree_of_lines(text);
  const auto sorted = t.sorted_children(tree::root);
  const auto changed = udf::renamed(t, tree::root, sorted);
  std::set<std::string> seen;
  for (const auto n : sorted) {
    const auto other = changed.find(static_cast<std::uint32_t>(n));
    const std::string name(other == changed.end() ? std::string(t.name(n)) : other->second);
    const auto recorded = udf::to_cs0(base::to_utf16_lossy(name));
    require(seen.insert(name).second && !name.empty() && recorded.size() <= udf::longest_name);
    require(recorded.size() == udf::cs0_size(name) && base::to_utf8(*udf::from_cs0(recorded)) == name);
  }
  return 0;
}
