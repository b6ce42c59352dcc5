// SPDX-License-Identifier: Apache-2.0
#include "cli/sources.hpp"

#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace comeback::cli {
namespace {

constexpr std::size_t warnings_shown = 5;

// "/a/b" as a directory of the tree; what is missing of it is made.
tree::node_id make_folders(tree::file_tree& tree, std::string_view path, const sources& from) {
  auto at = tree::root;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto name = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty()) continue;
    if (tree.is_kept(at) && from.open_kept) from.open_kept(tree, at);
    const auto there = tree.find(at, name);
    at = there ? *there : tree.add_directory(at, name, from.now);
  }
  return at;
}

struct rooted_source {
  std::string_view path, source;
};

rooted_source split(std::string_view word) {
  const auto equals = word.find('=');
  if (!word.starts_with('/') || equals == std::string_view::npos || equals + 1 == word.size())
    throw base::error(base::errc::invalid_argument,
                      fmt::format("'{}' is not of the form /PATH=SOURCE.", base::printable(word)));
  return {word.substr(0, equals), word.substr(equals + 1)};
}

void note(gathered& into, const tree::add_result& from) {
  into.warning_count += from.warning_count;
  into.unreadable_count += from.unreadable_count;
  into.warnings.insert(into.warnings.end(), from.warnings.begin(), from.warnings.end());
}

}  // namespace

bool is_rooted(const std::string& word) {
  std::error_code none;
  return word.starts_with('/') && word.find('=') != std::string::npos &&
         !std::filesystem::exists(std::filesystem::symlink_status(word, none));
}

gathered gather(const sources& from, const base::progress& progress, const std::stop_token& stop,
                tree::file_tree into) {
  gathered g;
  g.tree = std::move(into);
  tree::add_options how;
  how.follow_links = from.follow_links;
  how.keep_links = how.keep_special = how.keep_attributes = from.keep_posix;
  how.skip_unreadable = from.skip_unreadable;
  how.open_kept = from.open_kept;
  const auto self = from.image == "-" ? tree::identity_of(STDOUT_FILENO)
                                      : tree::identity_of(std::filesystem::path(from.image));
  if (self) how.exclude.push_back(*self);
  for (const auto& source : from.plain)
    note(g, tree::add_source(g.tree, tree::root, source, how, progress, stop));
  for (const auto& word : from.rooted) {
    const auto [path, source] = split(word);
    note(g, tree::add_source(g.tree, make_folders(g.tree, path, from), std::filesystem::path(source), how,
                             progress, stop));
  }
  return g;
}

std::string warnings_text(const gathered& g) {
  if (g.warning_count == 0) return {};
  auto text = fmt::format("comeback: {} left out:\n", g.warning_count);
  std::size_t shown = 0, others = 0;
  for (const auto& w : g.warnings) {
    if (w.why != tree::left_out::unreadable && ++others > warnings_shown) continue;
    text += fmt::format("  {} ({})\n", base::printable(w.path), tree::name_of(w.why));
    ++shown;
  }
  if (g.warning_count > shown) text += fmt::format("  and {} more\n", g.warning_count - shown);
  return text;
}

}  // namespace comeback::cli
