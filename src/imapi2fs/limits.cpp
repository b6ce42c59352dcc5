// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/limits.hpp"

#include "image/naming.hpp"
#include "image/plan.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr std::uint64_t largest_file = 2'147'483'648;  // the first size refused is a byte more
constexpr std::uint64_t most_directories = 65'535;  // numbers of a path table (ECMA-119 6.9.1), with the root

bool is_bridged(const settings& of) { return of.has(iso9660_bit) || of.has(joliet_bit); }

template <class F>
void for_each_node(const tree::file_tree& tree, std::size_t first, F&& what) {
  for (std::size_t i = first; i < tree.node_limit(); ++i)
    if (const tree::node_id n{static_cast<std::uint32_t>(i)}; n != tree::root && tree.contains(n)) what(n);
}

void drop_streams(tree::file_tree& from, tree::node_id n) {
  while (!from.streams_of(n).empty()) {
    const auto name = from.streams_of(n).back().name;
    from.remove_stream(n, name);
  }
}

void drop_real_time(tree::file_tree& from, tree::node_id n) {
  auto how = from.attributes_of(n);
  if (!how.real_time) return;
  how.real_time = false;
  from.set_attributes(n, how);
}

std::string upper(std::string_view of) {
  std::string text(of);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

struct strict_rule {
  int bit;
  image::file_system fs;
  const char* title;
  bool upper = false, versions = false;
};
constexpr std::array strict_rules{
    strict_rule{iso9660_bit, image::file_system::iso9660, "ISO 9660", true, true},
    strict_rule{joliet_bit, image::file_system::joliet, "Joliet", false, true},
    strict_rule{udf_bit, image::file_system::udf, "UDF"},
};

// A version number, and the dot of a name without extension, are how ISO 9660 stores a name, not part of it.
std::string bare(const strict_rule& rule, std::string name) {
  if (rule.versions && name.ends_with(";1")) name.resize(name.size() - 2);
  if (rule.versions && name.ends_with('.')) name.pop_back();
  return name;
}

bool keeps(const strict_rule& rule, const std::string& identifier, std::string_view name) {
  return bare(rule, image::readable(rule.fs, identifier)) ==
         bare(rule, rule.upper ? upper(name) : std::string(name));
}

}  // namespace

void require_size(const settings& of, std::uint64_t size, const std::string& name) {
  if (is_bridged(of) && size > largest_file)
    throw error(errc::data_too_big, "\"" + name + "\" has " + std::to_string(size) +
                                        " bytes; with ISO9660/Joliet a file can have " +
                                        std::to_string(largest_file) + ".");
}

void require_name(const settings& of, std::string_view name) {
  if (of.restricted && std::ranges::any_of(name, [](char c) { return static_cast<signed char>(c) < 32; }))
    throw error(errc::restricted_name_violation,
                "\"" + std::string(name) + "\" has characters besides those from 32 to 127.");
}

void require_directories(const settings& of, std::uint64_t count) {
  if (is_bridged(of) && count >= most_directories)
    throw error(errc::too_many_directories, "With ISO9660/Joliet an image can have " +
                                                std::to_string(most_directories - 1) + " directories, not " +
                                                std::to_string(count) + ".");
}

void require_strict_names(const settings& of, const tree::file_tree& tree, tree::node_id dir,
                          std::size_t first) {
  if (!of.strict) return;
  const auto how = options_of(of, {});
  for (const auto& rule : strict_rules) {
    if (!of.has(rule.bit)) continue;
    for (const auto& one : image::naming_of(rule.fs, how)->children(tree, dir)) {
      const auto name = tree.name(one.node);
      if (static_cast<std::size_t>(one.node) >= first && !keeps(rule, one.identifier, name))
        throw error(errc::invalid_path,
                    "\"" + std::string(name) + "\" is no name that " + rule.title + " can keep.");
    }
  }
}

void require_fit(const settings& of, std::uint64_t blocks, errc otherwise) {
  const auto limit = of.free_media_blocks;
  if (limit > 0 && blocks > static_cast<std::uint64_t>(limit))
    throw error(otherwise, "The image needs " + std::to_string(blocks) +
                               " blocks, but FreeMediaBlocks allows " + std::to_string(limit) + ".");
}

void require_tree(const settings& of, const tree::file_tree& tree) {
  require_directories(of, tree.directory_count());
  if (!is_bridged(of)) return;
  for_each_node(tree, 0, [&](tree::node_id n) {
    if (tree.size(n) > largest_file) require_size(of, tree.size(n), tree.path(n));
  });
}

void require_new(const settings& of, const tree::file_tree& tree, std::size_t first) {
  require_directories(of, tree.directory_count());
  std::set<tree::node_id> changed;
  for_each_node(tree, first, [&](tree::node_id n) {
    if (tree.size(n) > largest_file) require_size(of, tree.size(n), tree.describe(tree.content_of(n)));
    require_name(of, tree.name(n));
    if (of.strict) changed.insert(tree.parent(n));
  });
  for (const auto dir : changed) require_strict_names(of, tree, dir, first);
}

// File systems besides UDF pass over both.
std::shared_ptr<const tree::file_tree> writable(const settings& of,
                                                std::shared_ptr<const tree::file_tree> tree) {
  if (!of.has(udf_bit) || !drops_features(of, *tree)) return tree;
  auto copy = std::make_shared<tree::file_tree>(*tree);
  for_each_node(*tree, 0, [&](tree::node_id n) {
    if (!of.has_udf(udf_with_streams)) drop_streams(*copy, n);
    drop_real_time(*copy, n);
  });
  return copy;
}

std::uint64_t planned_blocks(const settings& of, const tree::file_tree& tree, base::timestamp now) {
  // The plan looks at the tree during the call only.
  const std::shared_ptr<const tree::file_tree> borrowed(std::shared_ptr<void>(), &tree);
  return image::plan(writable(of, borrowed), options_of(of, now)).blocks().value;
}

bool drops_features(const settings& of, const tree::file_tree& tree) {
  if (of.has_udf(udf_with_real_time)) return false;
  bool dropped = false;
  for_each_node(tree, 0, [&](tree::node_id n) {
    const bool streams = !tree.streams_of(n).empty() && !of.has_udf(udf_with_streams);
    dropped = dropped || streams || tree.attributes_of(n).real_time;
  });
  return dropped;
}

}  // namespace comeback::imapi2fs
