// SPDX-License-Identifier: Apache-2.0
#include "image/plan_directories.hpp"

#include "image/kept.hpp"
#include "image/naming.hpp"
#include "rockridge/writer.hpp"

#include <algorithm>
#include <utility>

namespace comeback::image {
namespace {

std::unique_ptr<iso9660::system_use> system_use_of(const relocated_tree& from, file_system fs,
                                                   const options& how) {
  if (!how.file_systems.rock_ridge || fs != file_system::iso9660) return nullptr;
  const auto hidden = from.moves.made ? from.moves.into : tree::no_node;
  auto out = std::make_unique<rockridge::writer>(*from.tree, hidden);
  if (const auto& kept = how.session.kept)
    out->continue_after(static_cast<std::uint32_t>(how.first_block.value), kept->names);
  return out;
}

std::shared_ptr<const iso9660::kept_directories> kept_of(file_system fs, const options& how) {
  if (!how.session.kept) return nullptr;
  const auto found = how.session.kept->directories.find(fs);
  return found == how.session.kept->directories.end() ? nullptr : found->second;
}

relocated_tree tree_for(std::shared_ptr<const tree::file_tree> tree, file_system fs, const options& how) {
  if (fs == file_system::iso9660) return relocate(std::move(tree), how);
  return {std::move(tree), {}};
}

}  // namespace

directories::directories(std::shared_ptr<const tree::file_tree> tree, file_system fs, const options& how)
    : from_(tree_for(std::move(tree), fs, how)), how_(naming_of(fs, how)) {
  const iso9660::hierarchy_limits limits{.strict = how.strict_iso && fs == file_system::iso9660,
                                         .multiple_sections = how.iso_level >= 3};
  records_ = std::make_unique<iso9660::hierarchy>(*from_.tree, *how_, limits, system_use_of(from_, fs, how),
                                                  from_.moves, kept_of(fs, how));
}

std::size_t directories::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size()) return 0;
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size() - offset)));
  records_->render(offset, into);
  return into.size();
}

}  // namespace comeback::image
