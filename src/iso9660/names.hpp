// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iso9660/naming.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace comeback::iso9660 {

/// A name as ISO 9660 can hold it, in two parts, without version number; directories have no extension.
struct plain_name {
  std::string stem, extension;
};

/// Upper case, digits and '_' (d-characters, ECMA-119 7.4.1), each other character '_', cut to what `level`
/// allows (7.5, 10.1): level 1 has 8.3, others 30 characters in both parts together and 31 for a directory.
[[nodiscard]] plain_name plain(std::string_view name, bool directory, int level);

/// Names of level 1 (8.3), or 2 and 3 (31 characters). A name that is legal as it is keeps it; of the others
/// the first in byte order wins and the rest end in "_1", "_2", ….
class names final : public naming {
 public:
  /// `special`: links and devices get a name, too; something else must tell what they are.
  explicit names(int level, bool special = false) : level_(level), special_(special) {}
  [[nodiscard]] std::vector<named> children(const tree::file_tree& tree, tree::node_id dir) const override;

 private:
  int level_;
  bool special_;
};

/// Text for a descriptor: d-characters (7.4.1), or with `a_characters` also the signs of 7.4.2 and space. At
/// most `limit` characters.
[[nodiscard]] std::string descriptor_text(std::string_view text, std::size_t limit, bool a_characters);

/// What readers show: without ";1" and a trailing dot.
[[nodiscard]] std::string_view without_version(std::string_view identifier) noexcept;

}  // namespace comeback::iso9660
