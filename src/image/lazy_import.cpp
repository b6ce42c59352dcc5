// SPDX-License-Identifier: Apache-2.0
#include "image/lazy_import.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/naming.hpp"
#include "image/older_udf.hpp"
#include "image/volume_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

constexpr std::array chained{file_system::iso9660, file_system::joliet, file_system::enhanced};

// What names may have been made by, the usual rules first.
std::vector<options> rules_for(file_system fs, const options& how) {
  std::vector<options> out{how};
  if (fs == file_system::iso9660) out.emplace_back(how).iso_level = 1;
  if (fs == file_system::joliet) out.emplace_back(how).strict_joliet = true;
  return out;
}

// A directory of ECMA-119 is known by where it lies.
entry directory_at(const iso9660::kept_directories::place& place) {
  entry out;
  out.directory = true;
  out.kind = tree::node_kind::directory;
  out.size = place.bytes;
  out.runs = {{place.at, place.bytes}};
  return out;
}

std::optional<iso9660::kept_directories::place> place_of(const entry& e) {
  if (e.runs.empty() || e.runs.front().bytes > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return iso9660::kept_directories::place{e.runs.front().at,
                                          static_cast<std::uint32_t>(e.runs.front().bytes)};
}

udf::kept_node kept_icb(const entry& e) {
  udf::kept_node out;
  out.block = static_cast<std::uint32_t>(e.node - 1);
  out.partition = static_cast<std::uint16_t>((e.node - 1) >> 32);
  out.unique_id = e.unique_id;
  out.what = e.directory ? udf::kept_as::closed_directory : udf::kept_as::item;
  out.name_id = e.name_id;
  // Of a file with named streams, the directory of those counts as a link.
  out.links = static_cast<std::uint16_t>(e.link_count - (e.streams != 0 && e.link_count > 0 ? 1U : 0U));
  return out;
}

std::size_t kept_in(const tree::file_tree& tree, tree::node_id dir) {
  std::size_t out = 0;
  for (auto n = tree.first_child(dir); n != tree::no_node; n = tree.next_sibling(n))
    out += tree.is_kept(n) ? 1U : 0U;
  return out;
}

}  // namespace

lazy_import::lazy_import(const std::shared_ptr<const opened_image>& from, const options& how)
    : from_(from), items_(from, from->best()), how_(how) {
  for (const auto fs : chained)
    if (from->has(fs)) kept_->directories.emplace(fs, std::make_shared<iso9660::kept_directories>());
}

tree::file_tree lazy_import::root() {
  tree::file_tree out;
  const auto& from = items_.from();
  const auto top = from.root(items_.fs());
  item_importer::describe(out, tree::root, top);
  for (auto& [fs, kept] : kept_->directories)
    if (const auto place = place_of(from.root(fs))) kept->places.emplace(0, *place);
  note(tree::root, top);
  read(out, tree::root, top);
  return out;
}

void lazy_import::open(tree::file_tree& tree, tree::node_id dir) {
  const auto where = where_.extract(static_cast<std::uint32_t>(dir));
  if (where.empty()) items_.fail(tree.path(dir), "it is no directory of the older session");
  tree.open_kept(dir);
  read(tree, dir, where.mapped());
}

std::optional<tree::node_id> lazy_import::find(tree::file_tree& tree, std::string_view path) {
  auto here = tree::root;
  while (!path.empty()) {
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    if (part.empty()) continue;
    if (tree.is_kept(here)) open(tree, here);
    const auto next = tree.find(here, part);
    if (!next) return std::nullopt;
    here = *next;
  }
  return here;
}

std::shared_ptr<const kept_items> lazy_import::kept(const tree::file_tree& tree) {
  for (auto& [fs, kept] : kept_->directories) kept->path_table = table_of(fs);
  if (items_.fs() == file_system::udf)
    kept_->older_udf = std::make_shared<const udf::older_volume>(older_udf(from_, tree, kept_->udf));
  return kept_;
}

std::vector<iso9660::path_entry> lazy_import::table_of(file_system fs) const {
  auto table = items_.from().reader_of(fs).path_table();
  if (!table)
    refuse("/", fmt::format("has a path table that cannot be read ({})", base::to_string(table.error())));
  return std::move(*table);
}

void lazy_import::read(tree::file_tree& tree, tree::node_id dir, const entry& where) {
  const auto path = dir == tree::root ? std::string() : tree.path(dir);
  if (const auto was = kept_->udf.find(static_cast<std::uint32_t>(dir)); was != kept_->udf.end())
    was->second.what = udf::kept_as::open_directory;
  const auto listed = items_.from().list(items_.fs(), where);
  if (!listed) items_.fail(path, base::to_string(listed.error()));
  for (const auto& e : *listed) {
    const auto n = items_.add(tree, dir, path + "/" + e.name, e, of_directories::keep);
    note(n, e);
    if (tree.is_kept(n)) where_.emplace(static_cast<std::uint32_t>(n), e);
  }
  for (auto& [fs, kept] : kept_->directories) locate(tree, dir, fs, *kept);
}

void lazy_import::note(tree::node_id n, const entry& e) {
  const auto number = static_cast<std::uint32_t>(n);
  if (items_.fs() == file_system::udf) kept_->udf.emplace(number, kept_icb(e));
  if (items_.fs() == file_system::rock_ridge && !e.directory && e.link_count > 1 && e.node != 0)
    kept_->names.emplace(number, rockridge::recorded_name{e.link_count, static_cast<std::uint32_t>(e.node)});
}

// Finds the directories in `dir`, which was just read, in another file system.
void lazy_import::locate(const tree::file_tree& tree, tree::node_id dir, file_system fs,
                         iso9660::kept_directories& kept) {
  const auto place = kept.places.extract(static_cast<std::uint32_t>(dir));
  const auto path = tree.path(dir);
  if (place.empty()) refuse(path, "is not known in every file system");
  const auto all = folders_at(fs, directory_at(place.mapped()), path);
  std::unordered_map<std::string, const entry*> folders;
  for (const auto& e : all)
    if (!folders.emplace(e.stored_name, &e).second) refuse(path, "has two directories of one name");
  if (folders.size() != kept_in(tree, dir)) refuse(path, "has not the same directories in every file system");
  const auto fits = [&](const options& how) { return match(tree, dir, fs, how, folders, kept); };
  if (!std::ranges::any_of(rules_for(fs, how_), fits))
    refuse(path, "has directories that are called otherwise in another file system");
}

// As Rock Ridge calls them, where it does.
std::vector<entry> lazy_import::folders_at(file_system fs, const entry& where, const std::string& path) {
  const auto& from = items_.from();
  const bool named = fs == file_system::iso9660 && from.has(file_system::rock_ridge);
  auto listed = from.list(named ? file_system::rock_ridge : fs, where);
  if (!listed) refuse(path, fmt::format("cannot be read in {}", name_of(fs)));
  std::erase_if(*listed, [](const entry& e) { return !e.directory || e.fault; });
  if (named) check_moves(where, *listed, path);
  return std::move(*listed);
}

// A directory that was moved is no child, for ISO 9660, of the one that shows it.
void lazy_import::check_moves(const entry& where, const std::vector<entry>& shown, const std::string& path) {
  const auto listed = items_.from().list(file_system::iso9660, where);
  if (!listed) refuse(path, "cannot be read in iso9660");
  std::unordered_set<std::uint64_t> plain;
  for (const auto& e : *listed)
    if (e.directory) plain.insert(e.runs.front().at.value);
  const auto is_plain = [&](const entry& e) { return plain.contains(e.runs.front().at.value); };
  if (plain.size() != shown.size() || !std::ranges::all_of(shown, is_plain))
    refuse(path, "has directories that were moved");
}

bool lazy_import::match(const tree::file_tree& tree, tree::node_id dir, file_system fs, const options& how,
                        const std::unordered_map<std::string, const entry*>& folders,
                        iso9660::kept_directories& kept) const {
  const bool named = fs == file_system::iso9660 && items_.from().has(file_system::rock_ridge);
  const auto rules = naming_of(named ? file_system::rock_ridge : fs, how);
  std::vector<std::pair<std::uint32_t, iso9660::kept_directories::place>> found;
  for (const auto& child : rules->children(tree, dir)) {
    if (!tree.is_kept(child.node)) continue;
    const auto there = folders.find(named ? child.identifier : readable(fs, child.identifier));
    const auto place = there == folders.end() ? std::nullopt : place_of(*there->second);
    if (!place) return false;
    found.emplace_back(static_cast<std::uint32_t>(child.node), *place);
  }
  if (found.size() != folders.size()) return false;
  kept.places.insert(found.begin(), found.end());
  return true;
}

void lazy_import::refuse(const std::string& path, std::string_view why) const {
  throw base::error(base::errc::not_supported,
                    fmt::format("{}: {} {}: its directories cannot stay where they lie.",
                                base::printable(items_.from().source().name()), base::printable(path), why));
}

}  // namespace comeback::image
