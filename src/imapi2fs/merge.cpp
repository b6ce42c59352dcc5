// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/merge.hpp"

#include "imapi2fs/import_codes.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

namespace comeback::imapi2fs {
namespace {

using base::error;

// A content of another tree, which it keeps.
class content_of_tree final : public tree::content {
 public:
  content_of_tree(std::shared_ptr<const tree::file_tree> from, tree::content_id what)
      : from_(std::move(from)), what_(what) {}
  [[nodiscard]] std::uint64_t size() const override { return from_->info(what_).size; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    return std::make_unique<part>(*from_, what_, size());
  }

 private:
  class part final : public tree::reader {
   public:
    part(const tree::file_tree& from, tree::content_id what, std::uint64_t size)
        : reader_(from), what_(what), size_(size) {}
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      if (offset >= size_) return 0;
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
      reader_.read(what_, offset, into.first(count));
      return count;
    }

   private:
    tree::content_reader reader_;
    tree::content_id what_;
    std::uint64_t size_;
  };

  std::shared_ptr<const tree::file_tree> from_;
  tree::content_id what_;
};

class merger {
 public:
  merger(tree::file_tree& to, std::shared_ptr<const tree::file_tree> from)
      : to_(to), from_(std::move(from)) {}

  void run() {
    std::vector<std::pair<tree::node_id, tree::node_id>> pending{{tree::root, tree::root}};
    while (!pending.empty()) {
      const auto [to, from] = pending.back();
      pending.pop_back();
      for (const auto n : from_->sorted_children(from)) {
        const auto there = to_.find(to, from_->name(n));
        if (there) require_alike(*there, n);
        if (from_->is_directory(n))
          pending.emplace_back(there ? *there : add(to, n), n);
        else if (!there)
          add(to, n);
      }
    }
  }

 private:
  void require_alike(tree::node_id there, tree::node_id n) const {
    const bool is = to_.is_directory(there), was = from_->is_directory(n);
    if (is && !was)
      throw error(codes::file_is_a_directory_here,
                  "\"" + to_.path(there) + "\" is a directory in the image, and a file on the disc.");
    if (!is && was)
      throw error(codes::directory_is_a_file_here,
                  "\"" + to_.path(there) + "\" is a file in the image, and a directory on the disc.");
  }

  tree::node_id add(tree::node_id into, tree::node_id n) {
    const auto added = add_kind(into, n);
    if (const auto how = from_->attributes_of(n); how != to_.attributes_of(added))
      to_.set_attributes(added, how);
    if (const auto times = from_->times_of(n); times != tree::other_times{}) to_.set_times(added, times);
    for (const auto& s : from_->streams_of(n)) add_stream(added, s);
    return added;
  }

  tree::node_id add_kind(tree::node_id into, tree::node_id n) {
    const auto name = from_->name(n);
    const auto when = from_->modified(n);
    switch (from_->kind(n)) {
      case tree::node_kind::directory:
        return to_.add_directory(into, name, when);
      case tree::node_kind::file:
        return add_file(into, n);
      case tree::node_kind::symbolic_link:
        return to_.add_symbolic_link(into, name, from_->link_target(n), when);
      default:
        return to_.add_special(into, name, from_->kind(n), from_->attributes_of(n), when);
    }
  }

  // Names of one file stay that.
  tree::node_id add_file(tree::node_id into, tree::node_id n) {
    const auto what = from_->content_of(n);
    const auto [known, fresh] = files_.try_emplace(what, tree::no_node);
    if (!fresh) return to_.add_link(into, from_->name(n), known->second);
    const auto info = from_->info(what);
    known->second =
        info.from == tree::origin::placed
            ? to_.add_placed_file(into, from_->name(n), info.first_block, info.size, from_->modified(n))
            : to_.add_file(into, from_->name(n), content(what), from_->modified(n));
    return known->second;
  }

  void add_stream(tree::node_id file, const tree::named_stream& s) {
    if (const auto info = from_->info(s.what); info.from == tree::origin::placed)
      to_.add_stream(file, s.name, to_.add_hidden_placed(s.name, info.first_block, info.size));
    else
      to_.add_stream(file, s.name, content(s.what));
  }

  [[nodiscard]] std::shared_ptr<const tree::content> content(tree::content_id what) const {
    return std::make_shared<const content_of_tree>(from_, what);
  }

  tree::file_tree& to_;
  std::shared_ptr<const tree::file_tree> from_;
  std::unordered_map<tree::content_id, tree::node_id> files_;
};

}  // namespace

void merge(tree::file_tree& to, const std::shared_ptr<const tree::file_tree>& from) {
  merger(to, from).run();
}

}  // namespace comeback::imapi2fs
