// SPDX-License-Identifier: Apache-2.0
#include "iso9660/relocation.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace comeback::iso9660 {
namespace {

constexpr std::uint32_t levels = 8;
constexpr std::size_t path_limit = 255;
constexpr std::size_t longest_file = 33;  // 30 characters, '.', ";1" (7.5.1)
constexpr std::size_t most_characters = 30;
constexpr std::size_t moved_path = sizeof("RR_MOVED_1") + 32;  // of a directory that was moved

std::uint32_t index_of(tree::node_id n) { return static_cast<std::uint32_t>(n); }

std::string_view without_number(std::string_view identifier) {
  return identifier.substr(0, identifier.find(';'));
}

void sort(std::vector<named>& all) {
  std::ranges::sort(all, {}, [](const named& one) { return without_number(one.identifier); });
}

// Without the dot of a file that has no extension: no two items of a directory share that.
std::string key_of(std::string_view identifier) {
  identifier = without_number(identifier);
  if (identifier.ends_with('.')) identifier.remove_suffix(1);
  return std::string(identifier);
}

// Names that nobody else has: what is taken ends in "_1", "_2", …
class unique_names {
 public:
  explicit unique_names(const std::vector<named>& known) {
    for (const auto& one : known) taken_.insert(key_of(one.identifier));
  }

  // Of at most `limit` characters. A name of eight is one of every level.
  std::string make(const std::string& name, std::size_t limit) {
    auto out = name.substr(0, limit);
    const auto first = out;
    const auto room = std::max<std::size_t>(out.size(), 8);
    while (!taken_.insert(out).second) {
      const auto tail = fmt::format("_{}", ++next_[first]);
      out = first.substr(0, room - std::min(room, tail.size())) + tail;
    }
    return out;
  }

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, unsigned> next_;
};

struct place {
  tree::node_id node;
  std::uint32_t level;  // the root is 1
  std::size_t path;
};

}  // namespace

std::vector<named> too_deep(const tree::file_tree& tree, const naming& how) {
  std::vector<named> out;
  std::deque<place> pending{{tree::root, 1, 0}};
  for (; !pending.empty(); pending.pop_front()) {
    const auto here = pending.front();
    for (auto& child : how.children(tree, here.node)) {
      if (!tree.is_directory(child.node)) continue;
      place below{child.node, here.level + 1, here.path + child.identifier.size() + 1};
      if (below.level > levels || below.path + longest_file > path_limit) {
        below = {child.node, 3, moved_path};
        out.push_back(std::move(child));
      }
      pending.push_back(below);
    }
  }
  return out;
}

std::vector<named> with_placeholders(std::vector<named> children,
                                     const std::unordered_set<std::uint32_t>& moved) {
  const auto is_moved = [&](const named& one) { return moved.contains(index_of(one.node)); };
  if (std::ranges::none_of(children, is_moved)) return children;
  unique_names names(children);
  for (auto& one : children) {
    if (!is_moved(one)) continue;
    if (one.identifier.size() > most_characters) one.identifier = names.make(one.identifier, most_characters);
    one.identifier += ".;1";
  }
  sort(children);
  return children;
}

std::vector<named> with_moved(std::vector<named> children, const std::vector<named>& moved) {
  unique_names names(children);
  std::ranges::transform(moved, std::back_inserter(children), [&](const named& one) {
    return named{one.node, names.make(one.identifier, one.identifier.size())};
  });
  sort(children);
  return children;
}

relocated_names::relocated_names(const naming& how, const relocation& moves) : how_(how), moves_(moves) {
  for (const auto& one : moves.moved) moved_.insert(index_of(one.node));
}

std::vector<named> relocated_names::children(const tree::file_tree& tree, tree::node_id dir) const {
  if (moves_.empty()) return how_.children(tree, dir);
  auto out = with_placeholders(how_.children(tree, dir), moved_);
  return dir == moves_.into ? with_moved(std::move(out), moves_.moved) : out;
}

bool relocated_names::is_moved(tree::node_id node) const { return moved_.contains(index_of(node)); }

bool relocated_names::is_placeholder(tree::node_id dir, tree::node_id node) const {
  return dir != moves_.into && is_moved(node);
}

bool relocated_names::is_hidden(tree::node_id node) const {
  return is_moved(node) || (moves_.made && node == moves_.into);
}

}  // namespace comeback::iso9660
