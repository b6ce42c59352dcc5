// SPDX-License-Identifier: Apache-2.0
// Items as objects: made by clients, added, changed, and their named streams.

#include "imapi2fs/image_model.hpp"
#include "imapi2fs/limits.hpp"
#include "imapi2fs/paths.hpp"

#include <algorithm>
#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

item_state state_of(const tree::file_tree& t, tree::node_id n) {
  return {t.modified(n), t.times_of(n), t.attributes_of(n)};
}

void set_state(tree::file_tree& t, tree::node_id n, const item_state& to) {
  if (to.modified != t.modified(n)) t.set_modified(n, to.modified);
  if (to.times != t.times_of(n)) t.set_times(n, to.times);
  if (to.attributes != t.attributes_of(n)) t.set_attributes(n, to.attributes);
}

void require_file(const tree::file_tree& t, tree::node_id n) {
  if (t.kind(n) != tree::node_kind::file) throw error(errc::not_a_file, "\"" + t.path(n) + "\" is no file.");
}

std::shared_ptr<const tree::content> or_empty(const std::shared_ptr<const tree::content>& what) {
  return what ? what : tree::memory_content("");
}

}  // namespace

// A tree knows which names there are; one of its own tries this one.
std::shared_ptr<loose_item> image_model::create_item(std::string_view name, bool directory) const {
  try {
    if (std::ranges::any_of(name, is_separator)) throw error(errc::invalid_name, "A name is no path.");
    tree::file_tree().add_directory(tree::root, name);
  } catch (const error& e) {
    throw error(errc::invalid_parameter, e.what());
  }
  const std::lock_guard lock(mutex_);
  require_name(settings_, name);
  const auto now = now_();
  return std::make_shared<loose_item>(
      loose_item{.name = std::string(name), .directory = directory, .state = {.modified = now}});
}

void image_model::add_item(const item_ref& into, const item_ref& item, const watcher& added_one) {
  std::unique_lock lock(mutex_);
  require_unfrozen();
  const auto parent = node_locked(into);
  const auto known = item.loose ? item.loose->node : item.node;
  const bool here = tree_->contains(known);
  const std::string name = here || !item.loose ? std::string(tree_->name(known)) : item.loose->name;
  if (tree_->find(parent, name))
    throw error(errc::duplicate_name,
                "\"" + tree_->path(parent) + "\" has an item \"" + name + "\" already.");
  if (here) throw error(errc::invalid_parameter, "\"" + tree_->path(known) + "\" is in the image already.");
  auto& loose = *item.loose;
  require_name(settings_, name);
  auto what = loose.directory ? nullptr : or_empty(loose.what);
  const std::uint64_t size = what ? what->size() : 0;
  require_size(settings_, size, name);
  if (what) what = staged(std::move(what), name);
  auto& tree = changeable();
  const auto added =
      loose.directory ? tree.add_directory(parent, name) : tree.add_file(parent, name, std::move(what));
  set_state(tree, added, loose.state);
  grew(
      blocks_to_add(size), [added](tree::file_tree& t) { t.remove(added); }, added);
  loose.node = added;
  if (loose.directory || !added_one) return;
  const std::string whole = tree_->path(added);
  lock.unlock();
  added_one(whole, size);
}

void image_model::change_item(const item_ref& item, const std::function<void(item_state&)>& change) {
  const std::lock_guard lock(mutex_);
  if (item.loose && !tree_->contains(item.loose->node)) return change(item.loose->state);
  require_unfrozen();
  const auto node = item.loose ? item.loose->node : item.node;
  const auto before = state_of(*tree_, node);
  auto wanted = before;
  change(wanted);
  history_.make_room();
  set_state(changeable(), node, wanted);
  history_.did([node, before](tree::file_tree& t) { set_state(t, node, before); });
}

bool image_model::set_real_time(const item_ref& file, bool wanted) {
  const bool frozen = [&] {
    const std::lock_guard lock(mutex_);
    return !result_.expired();
  }();
  if (!frozen)
    change_item(file, [wanted](item_state& s) {
      s.attributes.real_time = wanted;
      s.attributes.given = true;
    });
  return current().has_udf(udf_with_real_time);
}

void image_model::set_data(const item_ref& file, std::shared_ptr<const tree::content> what) {
  const std::lock_guard lock(mutex_);
  if (!file.loose || tree_->contains(file.loose->node))
    throw error(errc::image_read_only, "The data of a file that is in the image cannot be replaced.");
  file.loose->what = std::move(what);
}

bool image_model::add_stream(const item_ref& file, std::string_view name,
                             std::shared_ptr<const tree::content> what) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto node = node_locked(file);
  require_file(*tree_, node);
  require_name(settings_, name);
  const std::uint64_t size = what->size();
  const std::string named(name);
  try {
    what = staged(std::move(what), named);
    changeable().add_stream(node, name, std::move(what));
  } catch (const error& e) {
    if (e.code() == errc::invalid_name) throw error(errc::invalid_parameter, e.what());
    throw;
  }
  grew(blocks_to_add(size), [node, named](tree::file_tree& t) { t.remove_stream(node, named); });
  return settings_.has_udf(udf_with_streams);
}

bool image_model::remove_stream(const item_ref& file, std::string_view name) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  const auto node = node_locked(file);
  const auto& all = tree_->streams_of(node);
  const auto found = std::ranges::find(all, name, &tree::named_stream::name);
  if (found == all.end())
    throw error(errc::invalid_parameter,
                "\"" + tree_->path(node) + "\" has no stream \"" + std::string(name) + "\".");
  auto gone = *found;
  history_.make_room();
  changeable().remove_stream(node, name);
  history_.did(
      [node, gone = std::move(gone)](tree::file_tree& t) { t.add_stream(node, gone.name, gone.what); });
  return settings_.has_udf(udf_with_streams);
}

std::shared_ptr<const tree::content> image_model::data_of(const item_ref& file) const {
  const std::lock_guard lock(mutex_);
  return file.loose && !tree_->contains(file.loose->node) ? file.loose->what : nullptr;
}

}  // namespace comeback::imapi2fs
