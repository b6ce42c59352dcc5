// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iso9660/naming.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace comeback::joliet {

/// Units of UTF-16 in a name. The specification has 64; 103 is what common readers take. Some of those count
/// the version ";1" and cut it in two: a name that would be longer than 103 with it is recorded without.
inline constexpr std::size_t strict_limit = 64, relaxed_limit = 103;

/// A name as Joliet can hold it. The signs * / : ; ? \ and control characters become '_', as do bytes that
/// are no UTF-8, dots at the end (drivers drop them) and, when strict, characters outside the basic plane.
/// What is too long is cut in front of the extension, never within a surrogate pair.
[[nodiscard]] std::u16string plain(std::string_view name, bool directory, bool strict);

/// Names of a Joliet volume. Of names that became equal the first in byte order wins, unless another is
/// unchanged; the rest end in "_1", "_2", ….
class names final : public iso9660::naming {
 public:
  explicit names(bool strict) : strict_(strict) {}
  [[nodiscard]] std::vector<iso9660::named> children(const tree::file_tree& tree,
                                                     tree::node_id dir) const override;

 private:
  bool strict_;
};

/// UTF-16, big-endian, as it is recorded.
[[nodiscard]] std::string to_bytes(std::u16string_view text);
/// An odd byte at the end is dropped.
[[nodiscard]] std::u16string from_bytes(std::string_view bytes);

}  // namespace comeback::joliet
