// SPDX-License-Identifier: Apache-2.0
// The recorder verbs: drives that stand on image files, for clients of IMAPI's devices.
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/recorder_render.hpp"
#include "cli/verbs.hpp"
#include "optical/image_medium.hpp"
#include "optical/recorder_folder.hpp"

#include <filesystem>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

namespace fs = std::filesystem;
using base::errc;
using base::error;

seen_medium look_at(const optical::medium& m) {
  return {.facts = m.facts(),
          .state = m.state(),
          .sessions = m.sessions(),
          .capacity = m.capacity(),
          .free = m.free_blocks(),
          .next_writable = m.next_writable()};
}

seen_recorder look_at(const optical::recorder_folder& folder, optical::listed_recorder kept) {
  seen_recorder seen{.kept = std::move(kept), .medium = {}, .error = {}};
  if (!seen.kept.damage.empty()) {
    seen.error = {errc::exception, seen.kept.damage};
    return seen;
  }
  try {
    const auto drive = folder.open(seen.kept.id);
    if (drive->has_medium()) seen.medium = look_at(*drive->open_medium(optical::access::reading));
  } catch (const error& e) {
    seen.error = {e.code(), e.what()};
  }
  return seen;
}

// An image that is empty, or not there at all, is to become a blank medium.
bool is_nothing_yet(const fs::path& image) {
  std::error_code none;
  if (!fs::exists(image, none)) return true;
  return fs::is_regular_file(image, none) && fs::file_size(image, none) == 0 &&
         !fs::exists(optical::record_path(image), none);
}

const optical::media_facts& kind_asked(const recorder_add_options& o) {
  const auto* const facts = optical::find_media(std::string_view(o.media));
  if (facts == nullptr)
    throw error(errc::invalid_argument,
                fmt::format("'{}' is no kind of medium.", base::printable_excerpt(o.media)));
  return *facts;
}

void require_kind(const recorder_add_options& o) {
  const auto& found = optical::open_image_medium(o.image, optical::access::reading)->facts();
  if (!o.media.empty() && kind_asked(o).type != found.type)
    throw error(errc::recorder_media_incompatible,
                fmt::format("{} is a {} already, not a {}; name an image that is not there yet.",
                            base::printable(o.image), found.name, o.media));
  if (o.capacity != 0)
    throw error(errc::invalid_argument, fmt::format("{} is there already, and has the capacity that it has.",
                                                    base::printable(o.image)));
}

bool is_plain(const fs::path& image) {
  std::error_code none;
  return !fs::exists(optical::record_path(image), none);
}

// Makes the medium, unless it is there.
void provide_medium(const recorder_add_options& o) {
  const auto& asked = o.media.empty() ? optical::facts_of(optical::media_type::disk) : kind_asked(o);
  const bool read_only = asked.how == optical::writing::none && is_plain(o.image);
  if (read_only || is_nothing_yet(o.image))
    (void)optical::create_image_medium(o.image, asked.type, {o.capacity});
  else
    require_kind(o);
}

seen_recorder find(const optical::recorder_folder& folder, std::string_view name) {
  for (auto& each : folder.list())
    if (each.name == name) return look_at(folder, std::move(each));
  throw error(errc::item_not_found,
              fmt::format("There is no recorder '{}'; `comeback recorder list` shows those there are.",
                          base::printable_excerpt(name)));
}

}  // namespace

int recorder_add(const recorder_add_options& o, const context& settings) {
  const optical::recorder_folder folder(settings.state_directory);
  folder.require_new(o.name);
  provide_medium(o);
  folder.add(o.name, o.image);
  const auto seen = find(folder, o.name);
  if (settings.json) print(recorder_json(seen));
  if (!settings.json && !settings.quiet) print(recorders_text({seen}));
  return done;
}

int recorder_list(const context& settings) {
  const optical::recorder_folder folder(settings.state_directory);
  std::vector<seen_recorder> all;
  for (auto& each : folder.list()) all.push_back(look_at(folder, std::move(each)));
  print(settings.json ? recorders_json(all) : recorders_text(all));
  return done;
}

int recorder_remove(const recorder_remove_options& o, const context& settings) {
  const optical::recorder_folder folder(settings.state_directory);
  const auto seen = find(folder, o.name);
  folder.remove(o.name);
  if (settings.json) print(recorder_json(seen));
  if (!settings.json && !settings.quiet)
    print(fmt::format("The recorder '{}' is gone; its image is not.\n", base::printable(o.name)));
  return done;
}

}  // namespace comeback::cli
