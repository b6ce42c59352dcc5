// SPDX-License-Identifier: Apache-2.0
#include "iso9660/names.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace comeback::iso9660 {
namespace {

constexpr bool is_d_character(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr char to_d_character(char32_t c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  return is_d_character(c) ? static_cast<char>(c) : '_';
}

std::string d_characters(std::string_view text) {
  std::string out;
  const bool ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) {
    out.resize(text.size());
    std::transform(text.begin(), text.end(), out.begin(),
                   [](char c) { return to_d_character(static_cast<unsigned char>(c)); });
  } else {
    for (const char32_t c : base::to_utf32_lossy(text)) out.push_back(to_d_character(c));
  }
  return out;
}

// ECMA-119 7.5.1 allows 30 characters in both parts; 10.1 cuts level 1 to 8 and 3.
void cut_file(plain_name& name, int level) {
  constexpr std::size_t total = 30, kept_extension = 8;
  auto &stem = name.stem, &extension = name.extension;
  if (level == 1) {
    stem.resize(std::min<std::size_t>(stem.size(), 8));
    extension.resize(std::min<std::size_t>(extension.size(), 3));
    return;
  }
  const auto room = stem.size() >= total ? 0 : total - stem.size();
  extension.resize(std::min(extension.size(), std::max(kept_extension, room)));
  stem.resize(std::min(stem.size(), total - extension.size()));
}

std::size_t stem_limit(const plain_name& name, bool directory, int level) {
  if (level == 1) return 8;
  return directory ? 31 : 30 - name.extension.size();
}

// What two names must not share. A file "A." and a directory "A" are one name to drivers, which drop the dot.
std::string key_of(const plain_name& name) {
  return name.extension.empty() ? name.stem : name.stem + '.' + name.extension;
}

class directory_names {
 public:
  directory_names(const tree::file_tree& tree, int level) : tree_(tree), level_(level) {}

  std::vector<named> run(const std::vector<tree::node_id>& nodes) {
    out_.resize(nodes.size());
    taken_.reserve(nodes.size());
    // Names that are legal as they are come first, so that no other takes them away.
    std::vector<std::pair<std::size_t, plain_name>> changed;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      out_[i].node = nodes[i];
      const bool directory = tree_.is_directory(nodes[i]);
      auto name = plain(tree_.name(nodes[i]), directory, level_);
      if (key_of(name) != tree_.name(nodes[i]) || !take(i, name, directory))
        changed.emplace_back(i, std::move(name));
    }
    for (const auto& [i, name] : changed) {
      const bool directory = tree_.is_directory(nodes[i]);
      if (!take(i, name, directory)) take_numbered(i, name, directory);
    }
    std::sort(out_.begin(), out_.end(),
              [](const named& a, const named& b) { return a.identifier < b.identifier; });
    for (auto& one : out_)
      if (!tree_.is_directory(one.node)) one.identifier += ";1";  // 7.5.1
    return std::move(out_);
  }

 private:
  bool take(std::size_t i, const plain_name& name, bool directory) {
    if (!taken_.insert(key_of(name)).second) return false;
    out_[i].identifier = directory ? name.stem : name.stem + '.' + name.extension;
    return true;
  }

  void take_numbered(std::size_t i, const plain_name& name, bool directory) {
    const auto limit = stem_limit(name, directory, level_);
    auto& next = next_[key_of(name)];
    for (auto tries = taken_.size() + 1; tries > 0; --tries) {
      const auto tail = fmt::format("_{}", ++next);
      if (tail.size() > limit) break;
      auto candidate = name;
      candidate.stem.resize(std::min(candidate.stem.size(), limit - tail.size()));
      candidate.stem += tail;
      if (take(i, candidate, directory)) return;
    }
    throw base::error(base::errc::no_unique_name, fmt::format("No unique ISO 9660 name is left for {}.",
                                                              base::printable(tree_.path(out_[i].node))));
  }

  const tree::file_tree& tree_;
  int level_;
  std::vector<named> out_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, unsigned> next_;
};

constexpr std::string_view a_signs = " !\"%&'()*+,-./:;<=>?";  // ECMA-119 7.4.2, besides the d-characters

}  // namespace

plain_name plain(std::string_view name, bool directory, int level) {
  if (directory) {
    plain_name out{d_characters(name), {}};
    out.stem.resize(std::min<std::size_t>(out.stem.size(), level == 1 ? 8 : 31));
    return out;
  }
  // A leading dot begins a name, not an extension.
  const auto dot = name.find_last_of('.');
  const bool split = dot != std::string_view::npos && dot != 0;
  plain_name out{d_characters(name.substr(0, split ? dot : name.size())),
                 split ? d_characters(name.substr(dot + 1)) : std::string()};
  cut_file(out, level);
  return out;
}

std::vector<tree::node_id> plain_children(const tree::file_tree& tree, tree::node_id dir) {
  auto all = tree.sorted_children(dir);
  std::erase_if(all, [&](tree::node_id n) { return tree.kind(n) > tree::node_kind::file; });
  return all;
}

std::vector<named> names::children(const tree::file_tree& tree, tree::node_id dir) const {
  return directory_names(tree, level_).run(special_ ? tree.sorted_children(dir) : plain_children(tree, dir));
}

std::string descriptor_text(std::string_view text, std::size_t limit, bool a_characters) {
  std::string out;
  for (const char32_t c : base::to_utf32_lossy(text)) {
    if (out.size() == limit) break;
    const bool sign =
        a_characters && c < 0x80 && a_signs.find(static_cast<char>(c)) != std::string_view::npos;
    out.push_back(sign ? static_cast<char>(c) : to_d_character(c));
  }
  return out;
}

std::string_view without_version(std::string_view identifier) noexcept {
  if (const auto semicolon = identifier.rfind(';'); semicolon != std::string_view::npos && semicolon != 0)
    identifier = identifier.substr(0, semicolon);
  if (identifier.size() > 1 && identifier.ends_with('.')) identifier.remove_suffix(1);
  return identifier;
}

}  // namespace comeback::iso9660
