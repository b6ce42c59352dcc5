// SPDX-License-Identifier: Apache-2.0
#include "iso9660/long_names.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace comeback::iso9660 {
namespace {

constexpr std::size_t kept_extension = 16, longest_character = 4;

// `name` with `tail` behind its stem, within the limit.
std::string with_tail(std::string_view name, bool directory, std::string_view tail) {
  const auto dot = name.rfind('.');
  const bool split =
      !directory && dot != std::string_view::npos && dot != 0 && name.size() - dot <= kept_extension;
  const auto extension = split ? name.substr(dot) : std::string_view();
  const auto stem = name.substr(0, name.size() - extension.size());
  return std::string(cut_utf8(stem, long_name_limit - tail.size() - extension.size()))
      .append(tail)
      .append(extension);
}

class directory_names {
 public:
  explicit directory_names(const tree::file_tree& tree) : tree_(tree) {}

  std::vector<named> run(tree::node_id dir) {
    std::vector<named> changed;
    for (const auto node : plain_children(tree_, dir)) {
      if (tree_.kind(node) > tree::node_kind::file) continue;
      named one{node, long_name(tree_.name(node), tree_.is_directory(node))};
      auto& into = one.identifier == tree_.name(node) ? out_ : changed;
      into.push_back(std::move(one));
    }
    if (!changed.empty()) add(changed);
    return std::move(out_);
  }

 private:
  // Names in a tree differ, so only those that are changed can collide.
  void add(const std::vector<named>& changed) {
    for (const auto& one : out_) taken_.insert(one.identifier);
    for (const auto& one : changed)
      if (!take(one)) take_numbered(one);
    std::sort(out_.begin(), out_.end(),
              [](const named& a, const named& b) { return a.identifier < b.identifier; });
  }

  bool take(named one) {
    if (!taken_.insert(one.identifier).second) return false;
    out_.push_back(std::move(one));
    return true;
  }

  void take_numbered(const named& one) {
    auto& next = next_[one.identifier];
    for (auto tries = taken_.size() + 1; tries > 0; --tries) {
      const auto tail = fmt::format("_{}", ++next);
      if (take({one.node, with_tail(one.identifier, tree_.is_directory(one.node), tail)})) return;
    }
    throw base::error(base::errc::no_unique_name, fmt::format("No unique ISO 9660:1999 name is left for {}.",
                                                              base::printable(tree_.path(one.node))));
  }

  const tree::file_tree& tree_;
  std::vector<named> out_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, unsigned> next_;
};

}  // namespace

std::string_view cut_utf8(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  auto end = limit;
  const auto within = [&] { return (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U; };
  while (end > 0 && limit - end < longest_character && within()) --end;
  return text.substr(0, within() ? limit : end);  // bytes that are no UTF-8 have no borders
}

std::string long_name(std::string_view name, bool directory) {
  if (name == "\1") return "_";
  return name.size() > long_name_limit ? with_tail(name, directory, "") : std::string(name);
}

std::vector<named> long_names::children(const tree::file_tree& tree, tree::node_id dir) const {
  return directory_names(tree).run(dir);
}

}  // namespace comeback::iso9660
