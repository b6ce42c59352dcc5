// SPDX-License-Identifier: Apache-2.0
// The disc verbs: what they ask of the image engine, in order.
#include "cli/clock.hpp"
#include "cli/disc_render.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/sources.hpp"
#include "cli/verbs.hpp"
#include "image/create.hpp"
#include "image/dedupe.hpp"

#include <cstdio>
#include <optional>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

// A label that ISO 9660 can hold as it is: "20261121_064800".
std::string volume_from(base::timestamp t) {
  const auto c = base::to_civil(t);
  return fmt::format("{:04}{:02}{:02}_{:02}{:02}{:02}", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

// https://reproducible-builds.org/docs/archives/: what is younger than the build gets the build's time.
void clamp_times(tree::file_tree& tree, base::timestamp latest) {
  std::vector<tree::node_id> open{tree::root};
  while (!open.empty()) {
    const auto n = open.back();
    open.pop_back();
    if (tree.modified(n) > latest) tree.set_modified(n, latest);
    for (auto child = tree.first_child(n); child != tree::no_node; child = tree.next_sibling(child))
      open.push_back(child);
  }
}

image::options plan_options(const disc_create_options& o, const context& settings) {
  image::options how;
  how.created = settings.source_date_epoch.value_or(now());
  how.volume_name = o.volume.empty() ? volume_from(how.created) : o.volume;
  how.file_systems = {false, false};
  for (const auto& name : o.file_systems)
    (name == "joliet" ? how.file_systems.joliet : how.file_systems.iso9660) = true;
  how.iso_level = o.iso_level;
  how.strict_iso = how.strict_joliet = o.strict;
  return how;
}

// What is shared, or nothing where that was not asked for.
std::optional<image::equal_contents> dedupe(const disc_create_options& o, tree::file_tree& tree,
                                            image::options& how, progress_bar& bar, const context& settings) {
  if (o.dedupe.empty()) return std::nullopt;
  auto equal = image::find_equal_contents(tree, bar.sink(), settings.stop);
  if (o.dedupe == "link")
    image::link_equal_contents(tree, equal);
  else
    how.extent_of = equal.first;
  return equal;
}

image::file_system chosen(const image::opened_image& image, const std::string& name) {
  if (name.empty()) return image.best();
  for (const auto fs : {image::file_system::joliet, image::file_system::rock_ridge,
                        image::file_system::enhanced, image::file_system::udf})
    if (name == image::name_of(fs)) return fs;
  return image::file_system::iso9660;
}

}  // namespace

int disc_create(const disc_create_options& o, const context& settings) {
  if (o.sources.empty() && o.roots.empty())
    throw base::error(base::errc::invalid_argument, "Nothing to pack: give a SOURCE or --root /PATH=SOURCE.");
  progress_bar bar(settings);
  auto from = gather({o.sources, o.roots, o.follow_links, o.image}, bar.sink(), settings.stop);
  if (settings.source_date_epoch) clamp_times(from.tree, *settings.source_date_epoch);
  auto how = plan_options(o, settings);
  const auto shared = dedupe(o, from.tree, how, bar, settings);
  const auto plan = image::plan(std::move(from.tree), how);
  image::create_image(plan, o.image, bar.sink(), settings.stop);
  if (!settings.quiet) std::fputs(warnings_text(from).c_str(), stderr);
  const bool to_stdout = o.image == "-";
  if (settings.json && !to_stdout) print(created_json(o.image, plan, from, shared));
  if (!settings.json && !settings.quiet && !to_stdout) print(created_text(o.image, plan, shared));
  return done;
}

int disc_info(const disc_image_options& o, const context& settings) {
  const auto image = image::open_image(o.image);
  print(settings.json ? info_json(image) : info_text(image));
  return done;
}

int disc_ls(const disc_image_options& o, const context& settings) {
  const auto image = image::open_image(o.image);
  const auto fs = chosen(image, o.file_system);
  const auto at = value_or_throw(image.find(fs, o.path), image);
  listing entries;
  if (!at.directory) {
    entries.emplace_back(o.path, at);
  } else if (o.recursive) {
    const auto collect = [&](const std::string& path, const image::entry& e) {
      entries.emplace_back(path, e);
      return !settings.stop.stop_requested();
    };
    value_or_throw(image.walk(fs, o.path == "/" ? "" : o.path, at, collect), image);
    base::check(settings.stop);
  } else {
    for (auto& e : value_or_throw(image.list(fs, at), image)) entries.emplace_back(e.name, e);
  }
  print(settings.json ? listing_json(entries) : listing_text(entries, o.long_format));
  return done;
}

int disc_extract(const disc_extract_options& o, const context& settings) {
  const auto image = image::open_image(o.image);
  image::extract_options how;
  how.from = chosen(image, o.file_system);
  how.paths = o.paths;
  how.overwrite = o.overwrite;
  image::extract_result result;
  {
    progress_bar bar(settings);
    result = image::extract(image, o.directory, how, bar.sink(), settings.stop);
  }
  if (settings.json) print(extracted_json(result));
  if (!settings.json && !settings.quiet)
    print(fmt::format("{} files, {} folders, {}\n", result.files, result.directories,
                      human_size(result.bytes)));
  return done;
}

int disc_verify(const disc_verify_options& o, const context& settings) {
  const auto image = image::open_image(o.image);
  verify_result v;
  {
    progress_bar bar(settings);
    v.structure = image::verify(image, bar.sink(), settings.stop);
    if (!o.against.empty()) {
      sources from{{}, {}, o.follow_links, o.image};
      for (const auto& word : o.against) (is_rooted(word) ? from.rooted : from.plain).push_back(word);
      const auto wanted = gather(from, bar.sink(), settings.stop);
      v.contents = image::verify_against(image, wanted.tree, bar.sink(), settings.stop);
    }
  }
  if (settings.json) print(verify_json(o.image, v));
  if (!settings.json && !(settings.quiet && v.sound())) print(verify_text(o.image, v));
  return v.sound() ? done : failed;
}

}  // namespace comeback::cli
