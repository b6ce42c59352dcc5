// SPDX-License-Identifier: Apache-2.0
#include "image/naming.hpp"

#include "base/text.hpp"
#include "iso9660/long_names.hpp"
#include "iso9660/names.hpp"
#include "joliet/names.hpp"
#include "udf/names.hpp"

#include <vector>

namespace comeback::image {
namespace {

// UDF has no directories of ECMA-119, but a name for every item, too.
class udf_names final : public iso9660::naming {
 public:
  [[nodiscard]] std::vector<iso9660::named> children(const tree::file_tree& tree,
                                                     tree::node_id dir) const override {
    const auto sorted = tree.sorted_children(dir);
    const auto renamed = udf::renamed(tree, dir, sorted);
    std::vector<iso9660::named> out;
    for (const auto node : sorted) {
      const auto other = renamed.find(static_cast<std::uint32_t>(node));
      out.push_back({node, other == renamed.end() ? std::string(tree.name(node)) : other->second});
    }
    return out;
  }
};

}  // namespace

std::unique_ptr<const iso9660::naming> naming_of(file_system fs, const options& how) {
  if (fs == file_system::udf) return std::make_unique<udf_names>();
  if (fs == file_system::joliet) return std::make_unique<joliet::names>(how.strict_joliet);
  if (fs == file_system::enhanced) return std::make_unique<iso9660::long_names>();
  return std::make_unique<iso9660::names>(how.iso_level, how.file_systems.rock_ridge);
}

std::string readable(file_system fs, std::string_view identifier) {
  return fs == file_system::joliet ? base::to_utf8(joliet::from_bytes(identifier)) : std::string(identifier);
}

}  // namespace comeback::image
