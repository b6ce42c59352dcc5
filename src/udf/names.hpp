// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/tree.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace comeback::udf {

/// Bytes of a name, compression id and all (UDF 2.1.1, 4/14.4.4): 254 characters below U+0100, else 127.
inline constexpr std::size_t longest_name = 255;

/// The bytes that `name` takes as compressed Unicode.
[[nodiscard]] std::size_t cs0_size(std::string_view name);

/// A name as UDF can hold it, in UTF-8: bytes that are no UTF-8, and U+FFFD to U+FFFF, become '_'; what is
/// too long is cut in front of its extension, never within a pair of surrogates.
[[nodiscard]] std::string plain(std::string_view name);

/// The items of a directory that cannot keep their names, with those that they get: of names that became
/// equal the first in byte order wins, unless another is unchanged; the rest end in "_1", "_2", ….
/// `sorted` are the children in byte order. Throws `errc::no_unique_name`.
[[nodiscard]] std::unordered_map<std::uint32_t, std::string> renamed(
    const tree::file_tree& tree, tree::node_id dir, const std::vector<tree::node_id>& sorted);

}  // namespace comeback::udf
