// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tree/add_tree.hpp"
#include "tree/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace comeback::imapi2fs {

/// The changes of an image since its begin, or since they were made permanent, and how each is taken back.
class history {
 public:
  using undo = std::function<void(tree::file_tree&)>;

  void did(undo how) { undo_.push_back(std::move(how)); }
  /// The next `did` needs no memory.
  void make_room();
  /// How many changes the image has seen.
  [[nodiscard]] std::int32_t point() const { return locked_ + static_cast<std::int32_t>(undo_.size()); }
  /// Nothing until now can be taken back any more; the point stays.
  void lock();
  [[nodiscard]] bool reaches(std::int32_t point) const { return point >= locked_ && point <= this->point(); }
  /// Takes the changes after a point that is in reach back, the last first; they stay known.
  void rewind(tree::file_tree& tree, std::int32_t to) const;
  /// Forgets the changes after `point`.
  void forget(std::int32_t point) { undo_.resize(static_cast<std::size_t>(point - locked_)); }

 private:
  std::vector<undo> undo_;
  std::int32_t locked_ = 0;
};

/// How adding a folder is taken back: `after` is the tree with it, whose nodes from the number `first` on are
/// new.
[[nodiscard]] history::undo way_back(const tree::file_tree& after, std::size_t first,
                                     tree::replaced_items replaced);

}  // namespace comeback::imapi2fs
