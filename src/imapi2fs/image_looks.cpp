// SPDX-License-Identifier: Apache-2.0
// What is in an image: paths, names and bytes.

#include "imapi2fs/image_model.hpp"
#include "imapi2fs/import_codes.hpp"
#include "imapi2fs/limits.hpp"
#include "imapi2fs/paths.hpp"
#include "tree/content_reader.hpp"

#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

[[noreturn]] void not_there(std::string_view path, errc code = errc::item_not_found) {
  throw error(code, "The image has no \"" + std::string(path) + "\".");
}

// A version number is how ISO 9660 and Joliet store a name, not part of it.
std::string without_version(std::string name, image::file_system in) {
  if (in != image::file_system::udf && name.ends_with(";1")) name.resize(name.size() - 2);
  return name;
}

// An item that is in no image as the only one of a tree.
std::pair<tree::file_tree, tree::node_id> alone(const loose_item& item) {
  tree::file_tree tree;
  const auto node = item.directory ? tree.add_directory(tree::root, item.name)
                                   : tree.add_file(tree::root, item.name, tree::memory_content(""));
  return {std::move(tree), node};
}

std::string name_in(const tree::file_tree& tree, tree::node_id node, image::file_system in,
                    const settings& of) {
  return without_version(image::file_system_name(tree, node, in, options_of(of, {})), in);
}

std::string path_in(const tree::file_tree& tree, tree::node_id node, image::file_system in,
                    const settings& of) {
  std::string path;
  for (auto n = node; n != tree::root; n = tree.parent(n))
    path.insert(0, name_in(tree, n, in, of)).insert(0, 1, '\\');
  return path.empty() ? "\\" : path;
}

bool is_loose(const item_ref& item, const tree::file_tree& tree) {
  return item.loose && !tree.contains(item.loose->node);
}

tree::node_id as_node(const item_ref& item) { return item.loose ? item.loose->node : item.node; }

}  // namespace

std::uint64_t image_model::file_count() const {
  return with_tree([](const tree::file_tree& t) { return t.file_count(); });
}

std::uint64_t image_model::directory_count() const {
  return with_tree([](const tree::file_tree& t) { return t.directory_count(); });
}

std::uint64_t image_model::used_blocks() const {
  const auto boots = boot_blocks(boot());
  const std::lock_guard lock(mutex_);
  return planned_blocks(settings_, *tree_, now_()) + boots;
}

tree::node_id image_model::find(tree::node_id from, std::string_view path) const {
  const std::lock_guard lock(mutex_);
  return find_locked(from, path);
}

tree::node_id image_model::find_locked(tree::node_id from, std::string_view path) const {
  if (parts_of(path).empty() && from == tree::root) return tree::root;
  const auto [parent, name] = locate(from, path);
  const auto found = tree_->find(parent, name);
  if (!found) not_there(path);
  return *found;
}

image_model::place image_model::locate(tree::node_id from, std::string_view path) const {
  auto parts = parts_of(path);
  if (parts.empty() || (is_absolute(path) && from != tree::root))
    throw error(errc::invalid_path,
                "\"" + std::string(path) + "\" is no path below \"" + tree_->path(from) + "\".");
  std::string name = std::move(parts.back());
  parts.pop_back();
  auto node = from;
  for (const auto& part : parts) {
    const auto next = tree_->find(node, part);
    if (!next || !tree_->is_directory(*next)) not_there(path, errc::invalid_path);
    node = *next;
  }
  return {node, std::move(name)};
}

std::optional<tree::node_id> image_model::find_absolute(std::string_view path) const {
  if (!is_absolute(path))
    throw error(errc::invalid_path, "\"" + std::string(path) + "\" does not begin at the root.");
  const std::lock_guard lock(mutex_);
  const auto parts = parts_of(path);
  auto node = tree::root;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto next = tree_->is_directory(node) ? tree_->find(node, parts[i]) : std::nullopt;
    if (!next && i + 1 == parts.size() && tree_->is_directory(node)) return {};
    if (!next) not_there(path, errc::directory_not_found);
    node = *next;
  }
  return node;
}

item_facts image_model::facts_of(const item_ref& item) const {
  const std::lock_guard lock(mutex_);
  if (is_loose(item, *tree_)) {
    const auto& loose = *item.loose;
    return {loose.name, loose.name, loose.directory, loose.what ? loose.what->size() : 0, loose.state};
  }
  const auto n = as_node(item);
  return {std::string(tree_->name(n)),
          tree_->path(n),
          tree_->is_directory(n),
          tree_->size(n),
          {tree_->modified(n), tree_->times_of(n), tree_->attributes_of(n)}};
}

std::string image_model::file_system_name(const item_ref& item, int file_system) const {
  const std::lock_guard lock(mutex_);
  const auto in = single_file_system(file_system);
  if (!is_loose(item, *tree_)) return name_in(*tree_, as_node(item), in, settings_);
  const auto [tree, node] = alone(*item.loose);
  return name_in(tree, node, in, settings_);
}

std::string image_model::file_system_path(const item_ref& item, int file_system) const {
  const std::lock_guard lock(mutex_);
  const auto in = single_file_system(file_system);
  if (!is_loose(item, *tree_)) return path_in(*tree_, as_node(item), in, settings_);
  const auto [tree, node] = alone(*item.loose);
  return path_in(tree, node, in, settings_);
}

tree::node_id image_model::node_of(const item_ref& item) const {
  const std::lock_guard lock(mutex_);
  return node_locked(item);
}

tree::node_id image_model::node_locked(const item_ref& item) const {
  const auto node = as_node(item);
  if (!tree_->contains(node)) throw error(errc::not_in_file_system, "The item is not part of the image.");
  return node;
}

std::vector<tree::named_stream> image_model::streams_of(const item_ref& item) const {
  const std::lock_guard lock(mutex_);
  if (is_loose(item, *tree_)) return {};
  return tree_->streams_of(as_node(item));
}

std::uint64_t image_model::size_of(tree::content_id what) const {
  return with_tree([&](const tree::file_tree& t) { return t.info(what).size; });
}

// Contents keep their numbers, whatever becomes of the files.
void image_model::read(tree::content_id what, std::uint64_t offset, std::span<std::byte> into) const {
  std::shared_ptr<const tree::file_tree> look;
  const auto let_go = [&](const void*) {
    const std::lock_guard lock(mutex_);
    look.reset();  // `changeable` counts the users of the tree under this lock
  };
  std::shared_ptr<const continued_session> medium;
  {
    const std::lock_guard lock(mutex_);
    look = tree_;
    medium = settings_.continues;
  }
  const std::unique_ptr<const void, decltype(let_go)> at_the_end(this, let_go);
  if (const auto info = look->info(what); info.from == tree::origin::placed && medium) {
    const auto got = medium->bytes->read_at(disk::offset_of({info.first_block}) + offset, into);
    if (got < into.size())
      throw error(codes::import_read_failure, "A file of an older session ends outside the medium.");
    return;
  }
  tree::content_reader(*look).read(what, offset, into);
}

}  // namespace comeback::imapi2fs
