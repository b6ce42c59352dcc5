// SPDX-License-Identifier: Apache-2.0
// What is added to an image by path, and removed.

#include "imapi2fs/host_streams.hpp"
#include "imapi2fs/image_model.hpp"
#include "imapi2fs/limits.hpp"
#include "imapi2fs/staging.hpp"
#include "tree/add_tree.hpp"

#include <filesystem>
#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

// The tree speaks of names and of the host; the pages know paths and folders that cannot be read.
template <class F>
auto with_codes_of_the_pages(F&& change) try {
  return std::forward<F>(change)();
} catch (const error& e) {
  if (e.code() == errc::invalid_name) throw error(errc::invalid_path, e.what());
  if (e.code() == errc::path_not_found) throw error(errc::directory_read_failure, e.what());
  throw;
}

std::string name_of_folder(const std::string& path) {
  auto folder = std::filesystem::path(path).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  return folder.filename().string();
}

// What a tree has now, so that what comes to it can be counted.
struct growth {
  explicit growth(const tree::file_tree& t) : nodes(t.node_limit()), contents(t.content_limit()) {}
  [[nodiscard]] std::uint64_t blocks(const tree::file_tree& t) const {
    std::uint64_t all = (t.node_limit() - nodes) * blocks_an_entry;
    for (std::size_t i = contents; i < t.content_limit(); ++i)
      all += blocks_to_add(t.info(tree::content_id{static_cast<std::uint32_t>(i)}).size);
    return all;
  }
  std::size_t nodes, contents;
};

history::undo removal_of(tree::node_id added) {
  return [added](tree::file_tree& t) { t.remove(added); };
}

}  // namespace

void image_model::add_directory(const item_ref& into, std::string_view path) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto [parent, name] = locate(node_locked(into), path);
  require_name(settings_, name);
  auto& tree = changeable();
  const auto added = with_codes_of_the_pages([&] { return tree.add_directory(parent, name, now_()); });
  grew(blocks_to_add(0), removal_of(added), added);
}

std::shared_ptr<const tree::content> image_model::staged(std::shared_ptr<const tree::content> what,
                                                         const std::string& name) {
  if (!stages_files_ || what->size() == 0) return what;
  return stash_.copy(*what, name);
}

void image_model::add_file(const item_ref& into, std::string_view path,
                           std::shared_ptr<const tree::content> what, const watcher& added_one) {
  std::unique_lock lock(mutex_);
  require_unfrozen();
  const auto [parent, name] = locate(node_locked(into), path);
  const std::uint64_t size = what->size();
  require_size(settings_, size, std::string(path));
  require_name(settings_, name);
  what = staged(std::move(what), name);
  auto& tree = changeable();
  const auto added =
      with_codes_of_the_pages([&] { return tree.add_file(parent, name, std::move(what), now_()); });
  grew(blocks_to_add(size), removal_of(added), added);
  if (!added_one) return;
  const std::string whole = tree_->path(added);
  lock.unlock();
  added_one(whole, size);
}

// What was added until something failed goes again.
history::undo image_model::add_folder(tree::file_tree& tree, tree::node_id into, const std::string& source,
                                      bool with_base_directory, host_streams streams) {
  const std::size_t contents = tree.content_limit(), nodes = tree.node_limit();
  tree::replaced_items replaced;
  try {
    if (with_base_directory) {
      const std::string name = name_of_folder(source);
      const auto there = tree.find(into, name);
      into = there ? *there : tree.add_directory(into, name, now_());
    }
    // A client expects every file it sees in the folder, and these file systems hold no links.
    tree::add_tree(tree, into, source, {.follow_links = true, .exclude = {}, .replaced = &replaced});
    require_new(settings_, tree, nodes);
    if (streams == host_streams::take) add_host_streams(tree, nodes);
    if (stages_files_) stage(tree, contents, stash_);
  } catch (...) {
    way_back(tree, nodes, std::move(replaced))(tree);
    throw;
  }
  return way_back(tree, nodes, std::move(replaced));
}

bool image_model::add_tree(const item_ref& into, const std::string& source, bool with_base_directory,
                           const watcher& added, host_streams streams) {
  if (source.empty()) throw error(errc::invalid_parameter, "No folder is named.");
  // The host would read such a path up to there, and give another folder than was named.
  if (source.find('\0') != std::string::npos)
    throw error(errc::invalid_path, "The name of the folder has a null inside.");
  std::unique_lock lock(mutex_);
  require_unfrozen();
  const auto top = node_locked(into);
  auto& tree = changeable();
  const growth more(tree);
  auto undo =
      with_codes_of_the_pages([&] { return add_folder(tree, top, source, with_base_directory, streams); });
  grew(more.blocks(tree), std::move(undo));
  const bool kept = settings_.has_udf(udf_with_streams);
  if (!added) return kept;
  auto look = tree_;
  lock.unlock();
  tell_added_below(std::move(look), top, more.contents, added);
  return kept;
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

void image_model::remove(const item_ref& from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto node = find_locked(node_locked(from), path);
  if (tree_->is_directory(node) && tree_->first_child(node) != tree::no_node)
    throw error(errc::directory_not_empty, "\"" + std::string(path) + "\" is not empty.");
  history_.make_room();
  changeable().remove(node);
  history_.did([node](tree::file_tree& t) { t.restore(node); });
}

void image_model::remove_tree(const item_ref& from, std::string_view path) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto top = node_locked(from);
  const auto node = [&] {
    try {
      return find_locked(top, path);
    } catch (const error& e) {
      throw error(e.code() == errc::item_not_found ? errc::directory_not_found : e.code(), e.what());
    }
  }();
  if (!tree_->is_directory(node))
    throw error(errc::not_a_directory, "\"" + std::string(path) + "\" is no directory.");
  auto& tree = changeable();
  const auto doomed = node == tree::root ? tree.children(node) : std::vector{node};
  history_.make_room();
  for (const auto one : doomed) tree.remove(one);
  history_.did([doomed](tree::file_tree& t) {
    for (const auto one : doomed) t.restore(one);
  });
}

}  // namespace comeback::imapi2fs
