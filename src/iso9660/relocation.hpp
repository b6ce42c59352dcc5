// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "iso9660/naming.hpp"
#include "tree/tree.hpp"

#include <cstdint>
#include <unordered_set>
#include <vector>

namespace comeback::iso9660 {

/// Directories that are recorded elsewhere, since ISO 9660 ends at eight levels and 255 bytes a path
/// (ECMA-119 6.8.2.1). Rock Ridge leads back to where they belong (RRIP 4.1.5).
struct relocation {
  tree::node_id into = tree::no_node;  ///< a directory of the root: there they lie
  bool made = false;                   ///< `into` is there for that alone, and is to be hidden
  std::vector<named> moved{};          ///< with the identifiers that they had in their place

  [[nodiscard]] bool empty() const { return moved.empty(); }
};

/// The directories that have to move, each in front of those below it: those of the ninth level and those
/// whose path leaves no room for the name of a file. Counted anew below each of them.
[[nodiscard]] std::vector<named> too_deep(const tree::file_tree& tree, const naming& how);

/// The children as `naming` gave them, those in `moved` as the files that stand for them (4.1.5.1): with a
/// file's identifier (ECMA-119 7.5.1), which is unique as theirs was.
[[nodiscard]] std::vector<named> with_placeholders(std::vector<named> children,
                                                   const std::unordered_set<std::uint32_t>& moved);

/// The children of the directory that others move to, and these among them.
[[nodiscard]] std::vector<named> with_moved(std::vector<named> children, const std::vector<named>& moved);

/// Names as `how` gives them, of directories in which some have moved.
class relocated_names final : public naming {
 public:
  /// All are kept by reference.
  relocated_names(const naming& how, const relocation& moves);
  [[nodiscard]] std::vector<named> children(const tree::file_tree& tree, tree::node_id dir) const override;
  /// Whether `dir` shows a file for its child `node`.
  [[nodiscard]] bool is_placeholder(tree::node_id dir, tree::node_id node) const;
  [[nodiscard]] bool is_moved(tree::node_id node) const;
  /// Whether readers that follow relocations show `node` nowhere near where it lies.
  [[nodiscard]] bool is_hidden(tree::node_id node) const;

 private:
  const naming& how_;
  const relocation& moves_;
  std::unordered_set<std::uint32_t> moved_;
};

}  // namespace comeback::iso9660
