// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/image_model.hpp"

#include "base/text.hpp"
#include "imapi2fs/media.hpp"
#include "tree/add_tree.hpp"

#include <cstdio>
#include <filesystem>
#include <vector>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

constexpr std::size_t longest_volume_name = 32;
constexpr std::uint64_t block = 2048;
constexpr std::uint64_t blocks_an_entry = 4;  // more than any entry adds to directories and path tables

constexpr std::uint64_t largest_file = 2'147'483'648;  // the first size refused is a byte more

void require_size(std::uint64_t size, const std::string& name) {
  if (size > largest_file)
    throw error(errc::data_too_big, "\"" + name + "\" has " + std::to_string(size) +
                                        " bytes; with ISO9660/Joliet a file can have " +
                                        std::to_string(largest_file) + ".");
}

bool is_separator(char c) { return c == '/' || c == '\\'; }

std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : path) {
    if (!is_separator(c)) {
      part += c;
    } else if (!part.empty()) {
      parts.push_back(std::move(part));
      part.clear();
    }
  }
  if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

[[noreturn]] void not_there(std::string_view path, errc code = errc::item_not_found) {
  throw error(code, "The image has no \"" + std::string(path) + "\".");
}

// A label from date and time, as the page of VolumeName has it.
std::string label_of(base::timestamp t) {
  const auto c = base::to_civil(t);
  char text[40];
  std::snprintf(text, sizeof text, "%04d%02u%02u_%02u%02u", static_cast<int>(c.year), c.month, c.day, c.hour,
                c.minute);
  return text;
}

// A version number is how the file systems store a name, not part of it.
std::string without_version(std::string name) {
  if (name.ends_with(";1")) name.resize(name.size() - 2);
  return name;
}

// The tree speaks of names and of the host; the pages know paths and folders that cannot be read.
template <class F>
auto with_codes_of_the_pages(F&& change) try {
  return std::forward<F>(change)();
} catch (const error& e) {
  if (e.code() == errc::invalid_name) throw error(errc::invalid_path, e.what());
  if (e.code() == errc::path_not_found) throw error(errc::directory_read_failure, e.what());
  throw;
}

image::file_system single(int file_system) {
  if (file_system == image_model::iso9660_bit) return image::file_system::iso9660;
  if (file_system == image_model::joliet_bit) return image::file_system::joliet;
  throw error(errc::invalid_parameter, "Name one file system: ISO 9660 (1) or Joliet (2).");
}

}  // namespace

int image_model::file_systems() const {
  const std::lock_guard lock(mutex_);
  return file_systems_;
}

void image_model::set_file_systems(int mask) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (mask != iso9660_bit && mask != (iso9660_bit | joliet_bit))
    throw error(
        errc::invalid_parameter,
        "The file systems can be ISO 9660 (1) or ISO 9660 and Joliet (3), not " + std::to_string(mask) + ".");
  set_limits({mask, iso_level_, free_media_blocks_});
}

int image_model::iso_level() const {
  const std::lock_guard lock(mutex_);
  return iso_level_;
}

void image_model::set_iso_level(int level) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (level != 1 && level != 2)
    throw error(errc::invalid_parameter,
                "The interchange level can be 1 or 2, not " + std::to_string(level) + ".");
  set_limits({file_systems_, level, free_media_blocks_});
}

std::string image_model::volume_name() const {
  const std::lock_guard lock(mutex_);
  return volume_name_;
}

void image_model::set_volume_name(std::string_view name) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (base::to_utf32_lossy(name).size() > longest_volume_name)
    throw error(errc::invalid_volume_name,
                "The volume name \"" + std::string(name) + "\" has more than 32 characters.");
  volume_name_ = name;
}

std::int32_t image_model::free_media_blocks() const {
  const std::lock_guard lock(mutex_);
  return free_media_blocks_;
}

void image_model::set_free_media_blocks(std::int32_t blocks) {
  const std::lock_guard lock(mutex_);
  set_limits({file_systems_, iso_level_, blocks});
}

void image_model::set_limits(limits wanted) {
  const auto exchange = [&] {
    std::swap(file_systems_, wanted.file_systems);
    std::swap(iso_level_, wanted.iso_level);
    std::swap(free_media_blocks_, wanted.free_media_blocks);
  };
  exchange();
  try {
    const std::uint64_t blocks = planned_blocks(*tree_);
    require_fit(blocks, errc::image_too_big);
    at_most_ = blocks;
  } catch (...) {
    exchange();
    throw;
  }
}

void image_model::choose_defaults(int media_type) {
  const auto medium = find_medium(media_type);
  if (!medium)
    throw error(errc::invalid_parameter, "There is no kind of medium " + std::to_string(media_type) + ".");
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  set_limits({supported_file_systems, iso_level_, medium->blocks});
}

std::uint64_t image_model::file_count() const {
  return with_tree([](const tree::file_tree& t) { return t.file_count(); });
}

std::uint64_t image_model::directory_count() const {
  return with_tree([](const tree::file_tree& t) { return t.directory_count(); });
}

std::uint64_t image_model::used_blocks() const {
  const std::lock_guard lock(mutex_);
  return planned_blocks(*tree_);
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

std::optional<tree::node_id> image_model::find_absolute(std::string_view path) const {
  if (path.empty() || !is_separator(path.front()))
    throw error(errc::invalid_path, "\"" + std::string(path) + "\" does not begin at the root.");
  const std::lock_guard lock(mutex_);
  const auto parts = parts_of(path);
  auto node = tree::root;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto next = tree_->is_directory(node) ? tree_->find(node, parts[i]) : std::nullopt;
    if (!next && i + 1 == parts.size() && tree_->is_directory(node)) return {};
    if (!next) not_there(path, directory_not_found);
    node = *next;
  }
  return node;
}

std::string image_model::file_system_name(tree::node_id node, int file_system) const {
  const std::lock_guard lock(mutex_);
  return without_version(image::file_system_name(*tree_, node, single(file_system), options()));
}

std::string image_model::file_system_path(tree::node_id node, int file_system) const {
  const std::lock_guard lock(mutex_);
  std::string path;
  for (auto n = node; n != tree::root; n = tree_->parent(n))
    path.insert(0, without_version(image::file_system_name(*tree_, n, single(file_system), options())))
        .insert(0, 1, '\\');
  return path.empty() ? "\\" : path;
}

void image_model::add_directory(tree::node_id from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto [parent, name] = locate(from, path);
  const auto added =
      with_codes_of_the_pages([&] { return changeable().add_directory(parent, name, now_()); });
  grew(0, [&] { changeable().remove(added); });
}

void image_model::add_file(tree::node_id from, std::string_view path,
                           std::shared_ptr<const tree::content> what, const watcher& added_one) {
  std::unique_lock lock(mutex_);
  require_unfrozen();
  const auto [parent, name] = locate(from, path);
  const std::uint64_t size = what->size();
  require_size(size, std::string(path));
  const auto added =
      with_codes_of_the_pages([&] { return changeable().add_file(parent, name, std::move(what), now_()); });
  grew(size, [&] { changeable().remove(added); });
  if (!added_one) return;
  const std::string whole = tree_->path(added);
  lock.unlock();
  added_one(whole, size);
}

std::shared_ptr<tree::file_tree> image_model::tried_with(tree::node_id into, const std::string& source,
                                                         bool with_base_directory) const {
  auto tried = std::make_shared<tree::file_tree>(*tree_);
  const std::size_t known = tried->content_limit();
  if (with_base_directory) {
    auto folder = std::filesystem::path(source).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    const std::string name = folder.filename().string();
    const auto there = tried->find(into, name);
    into = there ? *there : tried->add_directory(into, name, now_());
  }
  // A client expects every file it sees in the folder, and these file systems hold no links.
  tree::add_tree(*tried, into, source, {.follow_links = true, .exclude = {}});
  for (std::size_t i = known; i < tried->content_limit(); ++i) {
    const tree::content_id fresh{static_cast<std::uint32_t>(i)};
    if (tried->info(fresh).size > largest_file) require_size(tried->info(fresh).size, tried->describe(fresh));
  }
  return tried;
}

void image_model::add_tree(tree::node_id into, const std::string& source, bool with_base_directory,
                           const watcher& added) {
  if (source.empty()) throw error(errc::invalid_parameter, "No folder is named.");
  // The host would read such a path up to there, and give another folder than was named.
  if (source.find('\0') != std::string::npos)
    throw error(errc::invalid_path, "The name of the folder has a null inside.");
  std::unique_lock lock(mutex_);
  require_unfrozen();
  auto tried = with_codes_of_the_pages([&] { return tried_with(into, source, with_base_directory); });
  const std::uint64_t blocks = planned_blocks(*tried);
  require_fit(blocks, errc::image_size_limit);
  const std::size_t known = tree_->content_limit();
  tree_ = std::move(tried);
  at_most_ = blocks;
  if (!added) return;
  auto look = tree_;
  lock.unlock();
  tell_added_below(std::move(look), into, known, added);
}

// A content that is new belongs to files that are. The tree that is looked at is that of this moment: where a
// watcher changes the image, the change goes to a copy.
void image_model::tell_added_below(std::shared_ptr<const tree::file_tree> look, tree::node_id top,
                                   std::size_t known, const watcher& added) {
  std::vector<tree::node_id> pending{top};
  while (!pending.empty()) {
    const auto node = pending.back();
    pending.pop_back();
    if (look->is_directory(node)) {
      const auto below = look->sorted_children(node);
      pending.insert(pending.end(), below.rbegin(), below.rend());
    } else if (static_cast<std::size_t>(look->content_of(node)) >= known) {
      added(look->path(node), look->size(node));
    }
  }
  const std::lock_guard lock(mutex_);
  look.reset();  // `changeable` counts the users of the tree under this lock
}

void image_model::remove(tree::node_id from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto node = find_locked(from, path);
  if (tree_->is_directory(node) && tree_->first_child(node) != tree::no_node)
    throw error(errc::directory_not_empty, "\"" + std::string(path) + "\" is not empty.");
  changeable().remove(node);
}

void image_model::remove_tree(tree::node_id from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto node = find_locked(from, path);
  if (!tree_->is_directory(node))
    throw error(errc::not_a_directory, "\"" + std::string(path) + "\" is no directory.");
  auto& tree = changeable();
  if (node != tree::root) return tree.remove(node);
  for (const auto child : tree.children(node)) tree.remove(child);
}

void image_model::set_modified(tree::node_id node, base::timestamp when) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  changeable().set_modified(node, when);
}

std::shared_ptr<const image::layout> image_model::create() {
  const std::lock_guard lock(mutex_);
  auto made = std::make_shared<const image::layout>(image::plan(tree_, options()));
  require_fit(made->blocks().value, errc::image_size_limit);
  result_ = made;
  return made;
}

image_model::place image_model::locate(tree::node_id from, std::string_view path) const {
  auto parts = parts_of(path);
  const bool absolute = !path.empty() && is_separator(path.front());
  if (parts.empty() || (absolute && from != tree::root))
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

image::options image_model::options() const {
  image::options how;
  how.created = now_();
  how.volume_name = volume_name_.empty() ? label_of(how.created) : volume_name_;
  how.file_systems = {.iso9660 = true, .joliet = (file_systems_ & joliet_bit) != 0};
  how.iso_level = iso_level_;
  return how;
}

std::uint64_t image_model::planned_blocks(const tree::file_tree& tree) const {
  // The plan looks at the tree during the call only.
  const std::shared_ptr<const tree::file_tree> borrowed(std::shared_ptr<void>(), &tree);
  return image::plan(borrowed, options()).blocks().value;
}

void image_model::require_unfrozen() const {
  if (!result_.expired())
    throw error(errc::image_read_only, "The image cannot be changed while its result image is in use.");
}

void image_model::require_fit(std::uint64_t blocks, errc otherwise) const {
  if (free_media_blocks_ > 0 && blocks > static_cast<std::uint64_t>(free_media_blocks_))
    throw error(otherwise, "The image needs " + std::to_string(blocks) +
                               " blocks, but FreeMediaBlocks allows " + std::to_string(free_media_blocks_) +
                               ".");
}

// A plan of the past keeps its tree: a change then goes to a copy.
tree::file_tree& image_model::changeable() {
  if (tree_.use_count() > 1) tree_ = std::make_shared<tree::file_tree>(*tree_);
  return *tree_;
}

void image_model::grew(std::uint64_t bytes, const std::function<void()>& undo) {
  at_most_ += (bytes + block - 1) / block + blocks_an_entry;
  if (free_media_blocks_ <= 0 || at_most_ + block < static_cast<std::uint64_t>(free_media_blocks_)) return;
  try {
    at_most_ = planned_blocks(*tree_);
    require_fit(at_most_, errc::image_size_limit);
  } catch (...) {
    undo();
    throw;
  }
}

}  // namespace comeback::imapi2fs
