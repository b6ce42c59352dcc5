// SPDX-License-Identifier: Apache-2.0
#include "iso9660/kept.hpp"

#include "base/error.hpp"

#include <numeric>
#include <span>

namespace comeback::iso9660 {
namespace {

[[noreturn]] void refuse(const char* why) { throw base::error(base::errc::not_supported, why); }

// The rows of the older table, by the row of the directory they lie in.
class older_table {
 public:
  explicit older_table(const kept_directories& kept) : rows_(kept.path_table) {
    check();
    group();
    find(kept);
  }

  [[nodiscard]] const path_entry& row(std::uint32_t i) const { return rows_[i]; }
  [[nodiscard]] std::span<const std::uint32_t> below(std::uint32_t i) const {
    return std::span(grouped_).subspan(begin_[i], begin_[i + 1] - begin_[i]);
  }
  [[nodiscard]] std::uint32_t row_of(std::uint32_t node) const {
    const auto found = row_of_.find(node);
    if (found == row_of_.end())
      refuse("The path table of the older session does not know a directory that would stay where it lies.");
    return found->second;
  }

 private:
  // A directory stands behind the one that it lies in: so nothing lies below itself.
  void check() const {
    for (std::size_t i = 1; i < rows_.size(); ++i)
      if (rows_[i].parent == 0 || rows_[i].parent > i)
        refuse("The path table of the older session contradicts itself.");
  }

  void group() {
    begin_.resize(rows_.size() + 1);
    for (std::size_t i = 1; i < rows_.size(); ++i) ++begin_[rows_[i].parent];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    grouped_.resize(rows_.empty() ? 0 : rows_.size() - 1);
    auto next = begin_;
    for (std::uint32_t i = 1; i < rows_.size(); ++i) grouped_[next[rows_[i].parent - 1U]++] = i;
  }

  void find(const kept_directories& kept) {
    std::unordered_map<std::uint64_t, std::uint32_t> node_at;
    for (const auto& [node, place] : kept.places) node_at.emplace(place.at.value, node);
    for (std::uint32_t i = 1; i < rows_.size(); ++i)
      if (const auto found = node_at.find(rows_[i].extent); found != node_at.end())
        row_of_.emplace(found->second, i);
  }

  const std::vector<path_entry>& rows_;
  std::vector<std::uint32_t> begin_, grouped_;
  std::unordered_map<std::uint32_t, std::uint32_t> row_of_;  // by node
};

}  // namespace

std::vector<path_row> merge_path_table(
    const kept_directories& kept,
    const std::function<std::vector<path_child>(std::uint32_t directory)>& children_of) {
  const older_table older(kept);
  static constexpr std::string_view self("\0", 1);
  std::vector<path_row> out;
  out.reserve(kept.path_table.size() + 16);
  out.push_back({.identifier = self});
  const auto add = [&](const path_row& row) {
    if (row.parent >= parent_limit)
      throw base::error(
          base::errc::too_many_directories,
          "There are more than 65535 directories in front of a directory's parent: ISO 9660 and "
          "Joliet cannot number them. Use fewer directories.");
    out.push_back(row);
  };
  // Breadth first, so the rows come in their order.
  for (std::uint32_t i = 0; i < out.size(); ++i) {
    const auto here = out[i];
    if (here.kept) {
      for (const auto row : older.below(here.which)) add({i, older.row(row).identifier, row, true});
      continue;
    }
    for (const auto& child : children_of(here.which))
      add({i, child.identifier, child.kept ? older.row_of(child.which) : child.which, child.kept});
  }
  return out;
}

}  // namespace comeback::iso9660
