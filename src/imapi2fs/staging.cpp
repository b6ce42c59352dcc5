// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/staging.hpp"

#include "tree/content_reader.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace comeback::imapi2fs {
namespace {

class tree_content final : public tree::content {
 public:
  tree_content(std::shared_ptr<const tree::file_tree> tree, tree::content_id what)
      : tree_(std::move(tree)), what_(what) {}
  [[nodiscard]] std::uint64_t size() const override { return tree_->info(what_).size; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    return std::make_unique<tree_reader>(tree_, what_);
  }

 private:
  class tree_reader final : public tree::reader {
   public:
    tree_reader(std::shared_ptr<const tree::file_tree> tree, tree::content_id what)
        : tree_(std::move(tree)), what_(what), reader_(*tree_) {}
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      const auto size = tree_->info(what_).size;
      if (offset >= size) return 0;
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size - offset));
      reader_.read(what_, offset, into.first(count));
      return count;
    }

   private:
    std::shared_ptr<const tree::file_tree> tree_;
    tree::content_id what_;
    tree::content_reader reader_;
  };

  std::shared_ptr<const tree::file_tree> tree_;
  tree::content_id what_;
};

std::map<tree::content_id, std::vector<tree::node_id>> new_contents(const tree::file_tree& tree,
                                                                    std::size_t known) {
  std::map<tree::content_id, std::vector<tree::node_id>> found;
  for (std::size_t i = 1; i < tree.node_limit(); ++i) {
    const tree::node_id n{static_cast<std::uint32_t>(i)};
    if (!tree.contains(n) || tree.kind(n) != tree::node_kind::file) continue;
    if (const auto what = tree.content_of(n); static_cast<std::size_t>(what) >= known)
      found[what].push_back(n);
  }
  return found;
}

}  // namespace

void stage(tree::file_tree& tree, std::size_t known, stash& into) {
  const std::shared_ptr<const tree::file_tree> borrowed(std::shared_ptr<void>(), &tree);
  for (const auto& [what, files] : new_contents(tree, known)) {
    if (tree.info(what).size == 0) continue;
    auto copy = into.copy(tree_content(borrowed, what), tree.describe(what));
    const auto id = tree.set_content(files.front(), std::move(copy));
    for (const auto file : files) tree.set_content(file, id);
  }
}

}  // namespace comeback::imapi2fs
