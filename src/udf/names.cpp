// SPDX-License-Identifier: Apache-2.0
#include "udf/names.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace comeback::udf {
namespace {

constexpr std::size_t kept_extension = 16;

constexpr bool is_low(char16_t c) { return c >= 0xDC00 && c < 0xE000; }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::size_t cs0_size_of(std::u16string_view text) {
  const bool wide = std::ranges::any_of(text, [](char16_t c) { return c > 0xFF; });
  return text.empty() ? 0 : 1 + text.size() * (wide ? 2 : 1);
}

struct parts {
  std::u16string_view stem, extension;  // the extension with its dot
};

parts split(std::u16string_view name) {
  const auto dot = name.rfind(u'.');
  if (dot == std::u16string_view::npos || dot == 0 || name.size() - dot > kept_extension) return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

// `name` with `tail` behind its stem, which is cut as far as needed.
std::string with_tail(std::string_view name, std::string_view tail) {
  const auto units = base::to_utf16_lossy(name), end = base::to_utf16_lossy(tail);
  auto [stem, extension] = split(units);
  std::u16string out;
  do {
    out.assign(stem).append(end).append(extension);
    if (!stem.empty()) stem.remove_suffix(is_low(stem.back()) && stem.size() > 1 ? 2 : 1);
  } while (cs0_size_of(out) > longest_name);
  return base::to_utf8(out);
}

class directory_names {
 public:
  directory_names(const tree::file_tree& tree, tree::node_id dir) : tree_(tree), dir_(dir) {}

  std::unordered_map<std::uint32_t, std::string> run(const std::vector<tree::node_id>& sorted) {
    for (const auto node : sorted) {
      const auto name = tree_.name(node);
      if (const auto fit = plain(name); fit != name && !take(node, fit)) take_numbered(node, fit);
    }
    return std::move(out_);
  }

 private:
  // Free: nobody's new name, nor the name of one that keeps it.
  [[nodiscard]] bool is_free(const std::string& name) const {
    if (taken_.contains(name)) return false;
    const auto owner = tree_.find(dir_, name);
    return !owner || plain(name) != name;
  }

  bool take(tree::node_id node, const std::string& name) {
    if (!is_free(name)) return false;
    taken_.insert(name);
    out_.emplace(static_cast<std::uint32_t>(node), name);
    return true;
  }

  void take_numbered(tree::node_id node, const std::string& name) {
    auto& next = next_[name];
    for (int tries = 0; tries < 1'000'000; ++tries)
      if (take(node, with_tail(name, fmt::format("_{}", ++next)))) return;
    throw base::error(base::errc::no_unique_name,
                      fmt::format("No unique UDF name is left for {}.", base::printable(tree_.path(node))));
  }

  const tree::file_tree& tree_;
  tree::node_id dir_;
  std::unordered_map<std::uint32_t, std::string> out_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, unsigned> next_;
};

}  // namespace

std::size_t cs0_size(std::string_view name) {
  if (std::ranges::all_of(name, is_ascii)) return name.empty() ? 0 : 1 + name.size();
  return cs0_size_of(base::to_utf16_lossy(name));
}

std::string plain(std::string_view name) {
  if (name.size() < longest_name && std::ranges::all_of(name, is_ascii)) return std::string(name);
  auto units = base::to_utf16_lossy(name);
  std::ranges::replace_if(
      units, [](char16_t c) { return c >= 0xFFFD; }, u'_');
  auto out = base::to_utf8(units);
  return cs0_size(out) > longest_name ? with_tail(out, {}) : out;
}

std::unordered_map<std::uint32_t, std::string> renamed(const tree::file_tree& tree, tree::node_id dir,
                                                       const std::vector<tree::node_id>& sorted) {
  return directory_names(tree, dir).run(sorted);
}

}  // namespace comeback::udf
