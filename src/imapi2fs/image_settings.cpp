// SPDX-License-Identifier: Apache-2.0
// The settings of an image.

#include "image/volume_names.hpp"
#include "imapi2fs/image_model.hpp"
#include "imapi2fs/import_codes.hpp"
#include "imapi2fs/limits.hpp"
#include "imapi2fs/media.hpp"

#include <filesystem>
#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

// What is left of an older session must not be stale.
void set_systems(settings& of, int mask) {
  if (of.continues && mask != of.file_systems)
    throw error(
        codes::file_system_change_not_allowed,
        "The file systems are those of the imported session: " + std::to_string(of.file_systems) + ".");
  of.file_systems = mask;
}

}  // namespace

settings image_model::current() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

bool image_model::change_settings(const std::function<void(settings&)>& change) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  settings wanted = settings_;
  change(wanted);
  require_tree(wanted, *tree_);
  const auto blocks = planned_blocks(wanted, *tree_, now_());
  require_fit(wanted, blocks, errc::image_too_big);
  settings_ = std::move(wanted);
  at_most_ = blocks;
  return !drops_features(settings_, *tree_);
}

bool image_model::set_file_systems(int mask) {
  require_file_systems(mask);
  return change_settings([mask](settings& s) { set_systems(s, mask); });
}

bool image_model::set_udf_revision(std::int32_t revision) {
  require_udf_revision(revision);
  return change_settings([revision](settings& s) {
    if (s.continues && revision != s.udf_revision)
      throw error(codes::udf_revision_change_not_allowed,
                  "The UDF revision is that of the imported session.");
    s.udf_revision = revision;
  });
}

bool image_model::set_redundant_metadata(bool wanted) {
  (void)change_settings([wanted](settings& s) { s.redundant_metadata = wanted; });
  return current().has_udf(udf_with_metadata);
}

void image_model::set_iso_level(int level) {
  require_iso_level(level);
  (void)change_settings([level](settings& s) { s.iso_level = level; });
}

void image_model::set_volume_name(std::string_view name) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  require_volume_name(name);
  settings_.volume_name = name;
}

std::string image_model::volume_name_in(int file_system) const {
  const std::lock_guard lock(mutex_);
  return image::volume_name_in(single_file_system(file_system), settings_.volume_name);
}

// Allowed while a result lives: it touches nothing of the image.
void image_model::set_free_media_blocks(std::int32_t blocks) {
  const std::lock_guard lock(mutex_);
  settings wanted = settings_;
  wanted.free_media_blocks = blocks;
  at_most_ = planned_blocks(settings_, *tree_, now_());
  require_fit(wanted, at_most_, errc::image_too_big);
  settings_.free_media_blocks = blocks;
}

void image_model::choose_defaults(int media_type, std::optional<std::int32_t> blocks) {
  const auto medium = find_medium(media_type);
  if (!medium)
    throw error(errc::invalid_parameter, "There is no kind of medium " + std::to_string(media_type) + ".");
  (void)change_settings([&](settings& s) {
    set_systems(s, medium->file_systems);
    s.free_media_blocks = blocks.value_or(medium->blocks);
  });
}

void image_model::set_strict(bool wanted) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (wanted && tree_->first_child(tree::root) != tree::no_node)
    throw error(errc::file_system_not_empty, "The strict rules can be chosen only while the image is empty.");
  settings_.strict = wanted;
}

void image_model::set_restricted(bool wanted) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  settings_.restricted = wanted;
}

// The catalog of boot images names blocks of the disc's first session (El Torito 1.0, 2.0).
void image_model::set_session_start(std::int32_t block) {
  if (block < 0)
    throw error(errc::invalid_parameter, "A session cannot begin at block " + std::to_string(block) + ".");
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (block != 0 && has_boot_)
    throw error(errc::boot_object_conflict, "An image that boots begins at block 0.");
  if (settings_.continues && block != settings_.session_start)
    throw error(errc::invalid_parameter, "The imported session tells where the next one begins.");
  settings_.session_start = block;
}

void image_model::set_boot(boot_images wanted, bool any) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (any && settings_.session_start != 0)
    throw error(errc::boot_object_conflict, "An image that boots begins at block 0, not at " +
                                                std::to_string(settings_.session_start) + ".");
  boot_ = std::move(wanted);
  has_boot_ = any;
}

bool image_model::stages_files() const {
  const std::lock_guard lock(mutex_);
  return stages_files_;
}

void image_model::set_stages_files(bool wanted) {
  const std::lock_guard lock(mutex_);
  stages_files_ = wanted;
}

std::string image_model::working_folder() const {
  const std::lock_guard lock(mutex_);
  return stash_.folder();
}

void image_model::set_working_folder(const std::string& folder) {
  if (folder.empty()) throw error(errc::invalid_parameter, "No folder is named.");
  if (folder.find('\0') != std::string::npos)
    throw error(errc::invalid_working_directory, "The name of the folder has a null inside.");
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  stash_.move_to(std::filesystem::absolute(folder).lexically_normal().string());
}

std::shared_ptr<const tree::content> image_model::stashed(const tree::content& what,
                                                          const std::string& name) {
  const std::lock_guard lock(mutex_);
  return stash_.copy(what, name);
}

}  // namespace comeback::imapi2fs
