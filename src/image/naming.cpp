// SPDX-License-Identifier: Apache-2.0
#include "image/naming.hpp"

#include "base/text.hpp"
#include "iso9660/long_names.hpp"
#include "iso9660/names.hpp"
#include "joliet/names.hpp"
#include "udf/names.hpp"

namespace comeback::image {
namespace {

// Rock Ridge records every name as the bytes it has.
class own_names final : public iso9660::naming {
 public:
  [[nodiscard]] std::vector<iso9660::named> children(const tree::file_tree& tree,
                                                     tree::node_id dir) const override {
    std::vector<iso9660::named> out;
    for (const auto n : tree.sorted_children(dir)) out.push_back({n, std::string(tree.name(n))});
    return out;
  }
};

class udf_names final : public iso9660::naming {
 public:
  [[nodiscard]] std::vector<iso9660::named> children(const tree::file_tree& tree,
                                                     tree::node_id dir) const override {
    const auto sorted = tree.sorted_children(dir);
    const auto changed = udf::renamed(tree, dir, sorted);
    std::vector<iso9660::named> out;
    for (const auto n : sorted) {
      const auto other = changed.find(static_cast<std::uint32_t>(n));
      out.push_back({n, other == changed.end() ? std::string(tree.name(n)) : other->second});
    }
    return out;
  }
};

}  // namespace

std::unique_ptr<const iso9660::naming> naming_of(file_system fs, const options& how) {
  if (fs == file_system::joliet) return std::make_unique<joliet::names>(how.strict_joliet);
  if (fs == file_system::enhanced) return std::make_unique<iso9660::long_names>();
  if (fs == file_system::rock_ridge) return std::make_unique<own_names>();
  if (fs == file_system::udf) return std::make_unique<udf_names>();
  return std::make_unique<iso9660::names>(how.iso_level, how.file_systems.rock_ridge);
}

std::string readable(file_system fs, std::string_view identifier) {
  return fs == file_system::joliet ? base::to_utf8(joliet::from_bytes(identifier)) : std::string(identifier);
}

// ECMA-119 7.5.1 ends a file's name in a version, and in a dot where there is no extension.
std::string shown_name(file_system fs, std::string_view identifier, bool directory) {
  auto name = readable(fs, identifier);
  if (directory || (fs != file_system::iso9660 && fs != file_system::joliet)) return name;
  if (name.ends_with(";1")) name.resize(name.size() - 2);
  if (fs == file_system::iso9660 && name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace comeback::image
