// SPDX-License-Identifier: Apache-2.0
#include "image/compare.hpp"

#include "base/error.hpp"
#include "disk/units.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using tree::node_id;
using tree::node_kind;

constexpr std::size_t piece = 1 << 20;

// The contents of one side, placed or not.
class side {
 public:
  explicit side(const compared_tree& from) : from_(from), contents_(from.tree) {}

  [[nodiscard]] const tree::file_tree& tree() const { return from_.tree; }
  void read(tree::content_id what, std::uint64_t offset, std::span<std::byte> into) {
    const auto info = tree().info(what);
    if (info.from != tree::origin::placed) return contents_.read(what, offset, into);
    if (!from_.medium ||
        from_.medium->read_at(disk::offset_of({info.first_block}) + offset, into) != into.size())
      throw base::error(base::errc::data_stream_read_failure,
                        fmt::format("{} lies outside the image.", tree().describe(what)));
  }

 private:
  const compared_tree& from_;
  tree::content_reader contents_;
};

class comparison {
 public:
  comparison(const compared_tree& before, const compared_tree& after, bool posix,
             const base::progress& progress, const std::stop_token& stop)
      : same_medium_(before.medium && before.medium == after.medium),
        before_(before),
        after_(after),
        posix_(posix),
        progress_(progress),
        stop_(stop) {}

  std::vector<difference> run() {
    std::vector<std::pair<node_id, node_id>> open{{tree::root, tree::root}};
    while (!open.empty()) {
      const auto [a, b] = open.back();
      open.pop_back();
      enter(a, b, open);
    }
    std::ranges::stable_sort(out_, {}, &difference::path);
    return std::move(out_);
  }

 private:
  void enter(node_id a, node_id b, std::vector<std::pair<node_id, node_id>>& open) {
    const auto old = before_.tree().sorted_children(a), fresh = after_.tree().sorted_children(b);
    auto i = old.begin();
    auto j = fresh.begin();
    while (i != old.end() || j != fresh.end()) {
      base::check(stop_);
      if (j == fresh.end() || (i != old.end() && before_.tree().name(*i) < after_.tree().name(*j))) {
        add_all(before_.tree(), *i++, change::removed);
      } else if (i == old.end() || after_.tree().name(*j) < before_.tree().name(*i)) {
        add_all(after_.tree(), *j++, change::added);
      } else {
        if (meet(*i, *j)) open.emplace_back(*i, *j);
        ++i, ++j;
      }
    }
  }

  // With everything below.
  void add_all(const tree::file_tree& from, node_id top, change what) {
    std::vector<node_id> open{top};
    while (!open.empty()) {
      const auto n = open.back();
      open.pop_back();
      out_.push_back({what, from.path(n), from.kind(n)});
      for (auto c = from.first_child(n); c != tree::no_node; c = from.next_sibling(c)) open.push_back(c);
    }
  }

  // Two items of one name; whether both are directories, to look into.
  bool meet(node_id a, node_id b) {
    const auto& old = before_.tree();
    const auto& fresh = after_.tree();
    if (old.is_directory(a) != fresh.is_directory(b)) {
      add_all(old, a, change::removed);
      add_all(fresh, b, change::added);
      return false;
    }
    if (!same_content(a, b))
      out_.push_back({change::content, fresh.path(b), fresh.kind(b)});
    else if (!same_metadata(a, b))
      out_.push_back({change::metadata, fresh.path(b), fresh.kind(b)});
    return fresh.is_directory(b);
  }

  bool same_content(node_id a, node_id b) {
    const auto& old = before_.tree();
    const auto& fresh = after_.tree();
    if (old.kind(a) != fresh.kind(b)) return false;
    const auto &x = old.attributes_of(a), &y = fresh.attributes_of(b);
    switch (fresh.kind(b)) {
      case node_kind::file:
        return same_bytes(a, b);
      case node_kind::symbolic_link:
        return old.link_target(a) == fresh.link_target(b);
      case node_kind::character_device:
      case node_kind::block_device:
        return x.major == y.major && x.minor == y.minor;
      default:
        return true;
    }
  }

  bool same_bytes(node_id a, node_id b) {
    const auto &old = before_.tree(), &fresh = after_.tree();
    const auto size = fresh.size(b);
    if (old.size(a) != size) return false;
    if (size == 0) return true;
    const auto x = old.content_of(a), y = fresh.content_of(b);
    const auto p = old.info(x), q = fresh.info(y);
    const bool placed = p.from == tree::origin::placed && q.from == tree::origin::placed;
    if (same_medium_ && placed && p.first_block == q.first_block) return true;
    left_.resize(piece), right_.resize(piece);
    for (std::uint64_t at = 0; at < size; at += piece) {
      base::check(stop_);
      base::report(progress_, {"comparing", at, size, fresh.name(b)});
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - at));
      before_.read(x, at, std::span(left_).first(n));
      after_.read(y, at, std::span(right_).first(n));
      if (std::memcmp(left_.data(), right_.data(), n) != 0) return false;
    }
    return true;
  }

  // Times to the second: not every file system has more of them.
  bool same_metadata(node_id a, node_id b) const {
    const auto &old = before_.tree(), &fresh = after_.tree();
    if (!fresh.is_directory(b) && old.modified(a).seconds != fresh.modified(b).seconds) return false;
    if (!posix_ || fresh.kind(b) == node_kind::symbolic_link) return true;  // a link has no mode of its own
    const auto &x = old.attributes_of(a), &y = fresh.attributes_of(b);
    return x.permissions == y.permissions && x.user == y.user && x.group == y.group;
  }

  const bool same_medium_;
  side before_, after_;
  const bool posix_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  std::vector<difference> out_;
  std::vector<std::byte> left_, right_;
};

}  // namespace

std::string_view name_of(change what) noexcept {
  switch (what) {
    case change::added:
      return "added";
    case change::removed:
      return "removed";
    case change::content:
      return "changed";
    case change::metadata:
      return "metadata";
  }
  return "";
}

std::vector<difference> compare(const compared_tree& before, const compared_tree& after, bool posix,
                                const base::progress& progress, const std::stop_token& stop) {
  return comparison(before, after, posix, progress, stop).run();
}

}  // namespace comeback::image
