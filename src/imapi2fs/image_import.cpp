// SPDX-License-Identifier: Apache-2.0
// The last session of a disc comes into an image.

#include "imapi2fs/image_model.hpp"
#include "imapi2fs/import_codes.hpp"
#include "imapi2fs/limits.hpp"
#include "imapi2fs/merge.hpp"
#include "imapi2fs/previous_session.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace comeback::imapi2fs {

using base::errc;
using base::error;

namespace {

settings continued(settings from, const imported_session& with) {
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  from.file_systems = with.file_systems;
  if (with.udf_revision != 0) from.udf_revision = with.udf_revision;
  if (with.file_system == iso9660_bit) from.iso_level = 2;
  from.session_start = static_cast<std::int32_t>(with.next->how.first_block.value);
  from.free_media_blocks = static_cast<std::int32_t>(std::clamp<std::uint64_t>(with.next->room, 1, most));
  from.continues = with.next;
  return from;
}

}  // namespace

void image_model::import(const imported_session& what) {
  const std::lock_guard lock(mutex_);
  require_unfrozen();
  if (has_boot_)
    throw error(errc::boot_object_conflict,
                "A disc boots from its first session only. Take the boot image away before the import.");
  if (settings_.continues && settings_.continues->disc != what.next->disc)
    throw error(codes::disc_mismatch, "The disc is not the one that was imported first.");
  auto wanted = continued(settings_, what);
  auto with = std::make_shared<tree::file_tree>(*tree_);
  const std::size_t known = with->node_limit();
  merge(*with, what.tree);
  require_tree(wanted, *with);
  const auto blocks = planned_blocks(wanted, *with, now_());
  require_fit(wanted, blocks, errc::image_too_big);
  auto undo = way_back(*with, known, {});
  history_.make_room();
  history_.did(std::move(undo));
  tree_ = std::move(with);
  settings_ = std::move(wanted);
  at_most_ = blocks;
}

}  // namespace comeback::imapi2fs
