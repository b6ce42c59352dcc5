// SPDX-License-Identifier: Apache-2.0
#include "joliet/names.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace comeback::joliet {
namespace {

constexpr std::size_t kept_extension = 16;

constexpr bool is_high(char16_t c) { return c >= 0xD800 && c < 0xDC00; }
constexpr bool is_low(char16_t c) { return c >= 0xDC00 && c < 0xE000; }

constexpr bool is_forbidden(char16_t c) {
  constexpr std::u16string_view signs = u"*/:;?\\";
  return c < 0x20 || c == 0x7F || c == 0xFFFD || signs.find(c) != std::u16string_view::npos;
}

// Cut to `limit` units, one less where a pair would be torn.
std::u16string_view cut(std::u16string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  if (limit > 0 && is_high(text[limit - 1]) && is_low(text[limit])) --limit;
  return text.substr(0, limit);
}

struct parts {
  std::u16string_view stem, extension;  // the extension with its dot
};

parts split(std::u16string_view name, bool directory) {
  const auto dot = name.rfind(u'.');
  if (directory || dot == std::u16string_view::npos || dot == 0 || name.size() - dot > kept_extension)
    return {name, {}};
  return {name.substr(0, dot), name.substr(dot)};
}

// `name` with `tail` behind its stem, in `limit` units.
std::u16string with_tail(std::u16string_view name, bool directory, std::u16string_view tail,
                         std::size_t limit) {
  const auto [stem, extension] = split(name, directory);
  std::u16string out(cut(stem, limit - tail.size() - extension.size()));
  return out.append(tail).append(extension);
}

std::u16string replaced(std::string_view name, bool strict) {
  auto units = base::to_utf16_lossy(name);
  std::u16string out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const bool pair = is_high(units[i]) && i + 1 < units.size();
    if (pair && !strict)
      out.append(units, i, 2);
    else
      out.push_back(pair || is_forbidden(units[i]) ? u'_' : units[i]);
    if (pair) ++i;
  }
  for (auto c = out.rbegin(); c != out.rend() && *c == u'.'; ++c) *c = u'_';
  return out;
}

// ECMA-119 9.3, for names that may have several dots: a dot sorts in front of everything, so that a name
// comes before those it is the beginning of.
constexpr unsigned rank(char16_t c) { return c == u'.' ? 0 : c + 1U; }
bool before(std::u16string_view a, std::u16string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char16_t x, char16_t y) { return rank(x) < rank(y); });
}

class directory_names {
 public:
  directory_names(const tree::file_tree& tree, bool strict) : tree_(tree), strict_(strict) {}

  std::vector<iso9660::named> run(tree::node_id dir) {
    const auto nodes = iso9660::plain_children(tree_, dir);
    taken_.reserve(nodes.size());
    std::vector<item> changed;
    for (const auto node : nodes) {
      item one{node, plain(tree_.name(node), tree_.is_directory(node), strict_)};
      if (base::to_utf8(one.name) == tree_.name(node))
        take(std::move(one));
      else
        changed.push_back(std::move(one));
    }
    for (auto& one : changed)
      if (!take(one)) take_numbered(one);
    std::sort(items_.begin(), items_.end(),
              [](const item& a, const item& b) { return before(a.name, b.name); });
    std::vector<iso9660::named> out;
    out.reserve(items_.size());
    for (const auto& one : items_) out.push_back({one.node, to_bytes(recorded(one))});
    return out;
  }

 private:
  struct item {
    tree::node_id node;
    std::u16string name;
  };

  [[nodiscard]] std::u16string recorded(const item& one) const {
    const bool versioned = !tree_.is_directory(one.node) && one.name.size() + 2 <= relaxed_limit;
    return versioned ? one.name + u";1" : one.name;
  }

  bool take(item one) {
    if (!taken_.insert(one.name).second) return false;
    items_.push_back(std::move(one));
    return true;
  }

  void take_numbered(const item& one) {
    const auto limit = strict_ ? strict_limit : relaxed_limit;
    auto& next = next_[one.name];
    for (auto tries = taken_.size() + 1; tries > 0; --tries) {
      const auto tail = *base::to_utf16(fmt::format("_{}", ++next));
      if (take({one.node, with_tail(one.name, tree_.is_directory(one.node), tail, limit)})) return;
    }
    throw base::error(base::errc::no_unique_name, fmt::format("No unique Joliet name is left for {}.",
                                                              base::printable(tree_.path(one.node))));
  }

  const tree::file_tree& tree_;
  bool strict_;
  std::vector<item> items_;
  std::unordered_set<std::u16string> taken_;
  std::unordered_map<std::u16string, unsigned> next_;
};

}  // namespace

std::u16string plain(std::string_view name, bool directory, bool strict) {
  auto out = replaced(name, strict);
  const auto limit = strict ? strict_limit : relaxed_limit;
  if (out.size() > limit) out = with_tail(out, directory, {}, limit);
  // A cut may have laid a dot bare.
  for (auto c = out.rbegin(); c != out.rend() && *c == u'.'; ++c) *c = u'_';
  return out;
}

std::vector<iso9660::named> names::children(const tree::file_tree& tree, tree::node_id dir) const {
  return directory_names(tree, strict_).run(dir);
}

std::string to_bytes(std::u16string_view text) {
  std::string out;
  out.reserve(text.size() * 2);
  for (const char16_t c : text) {
    out.push_back(static_cast<char>(c >> 8));
    out.push_back(static_cast<char>(c & 0xFF));
  }
  return out;
}

std::u16string from_bytes(std::string_view bytes) {
  std::u16string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    out.push_back(static_cast<char16_t>(static_cast<unsigned char>(bytes[i]) << 8 |
                                        static_cast<unsigned char>(bytes[i + 1])));
  return out;
}

}  // namespace comeback::joliet
