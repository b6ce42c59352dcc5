// SPDX-License-Identifier: Apache-2.0
// Names of an enhanced volume (ISO 9660:1999, ECMA-119 4th edition): level 4.
#pragma once

#include "iso9660/naming.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::iso9660 {

/// Bytes of a name: what leaves room in a directory record for the system use field.
inline constexpr std::size_t long_name_limit = 207;

/// At most `limit` bytes, cut in front of a character of UTF-8 rather than within it.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t limit) noexcept;

/// A name as it is, bytes of any kind and without a version. What is too long is cut in front of its
/// extension; the single byte 1, which means the parent directory (6.8.2.2), becomes '_'.
[[nodiscard]] std::string long_name(std::string_view name, bool directory);

/// Names of an enhanced volume. Of names that became equal the first in byte order wins, unless another is
/// unchanged; the rest end in "_1", "_2", …. Links and devices, which it cannot tell from files, are left
/// out.
class long_names final : public naming {
 public:
  [[nodiscard]] std::vector<named> children(const tree::file_tree& tree, tree::node_id dir) const override;
};

}  // namespace comeback::iso9660
