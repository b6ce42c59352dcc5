// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/image_model.hpp"

#include "image/prepare_boot.hpp"
#include "imapi2fs/limits.hpp"

#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

constexpr std::uint64_t slack = 2048;  // more blocks than an empty image has

}  // namespace

// Clients' objects are asked without the lock.
std::vector<boot_image> image_model::boot() const {
  boot_images ask;
  {
    const std::lock_guard lock(mutex_);
    ask = boot_;
  }
  return ask ? ask() : std::vector<boot_image>{};
}

made_image image_model::create() {
  const auto boots = boot();
  require_boot_images(boots);
  const std::lock_guard lock(mutex_);
  auto how = options_of(settings_, now_());
  auto tree = writable(settings_, tree_);
  if (!boots.empty()) {
    auto with_boots = std::make_shared<tree::file_tree>(*tree);
    add_boot_images(boots, *with_boots, how);
    image::prepare_boot(*with_boots, how);
    tree = std::move(with_boots);
  }
  auto made = std::make_shared<const image::layout>(image::plan(std::move(tree), how));
  require_fit(settings_, made->blocks().value, errc::image_size_limit);
  result_ = made;
  return {std::move(made), how.volume_name, settings_.continues};
}

void image_model::require_unfrozen() const {
  if (!result_.expired())
    throw error(errc::image_read_only, "The image cannot be changed while its result image is in use.");
}

// A plan of the past keeps its tree: a change then goes to a copy.
tree::file_tree& image_model::changeable() {
  if (tree_.use_count() > 1) tree_ = std::make_shared<tree::file_tree>(*tree_);
  return *tree_;
}

void image_model::grew(std::uint64_t blocks, history::undo undo, tree::node_id added) {
  at_most_ += blocks;
  const auto limit = settings_.free_media_blocks;
  const bool surely_fits = limit <= 0 || at_most_ + slack < static_cast<std::uint64_t>(limit);
  try {
    require_directories(settings_, tree_->directory_count());
    if (added != tree::no_node)
      require_strict_names(settings_, *tree_, tree_->parent(added), static_cast<std::size_t>(added));
    if (!surely_fits || settings_.strict) {
      at_most_ = planned_blocks(settings_, *tree_, now_());
      require_fit(settings_, at_most_, errc::image_size_limit);
    }
    history_.make_room();
  } catch (...) {
    undo(*tree_);
    throw;
  }
  history_.did(std::move(undo));
}

}  // namespace comeback::imapi2fs
