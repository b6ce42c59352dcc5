// SPDX-License-Identifier: Apache-2.0
// The disc verbs: what they ask of the image engine, in order.
#include "base/text.hpp"
#include "cli/boot_words.hpp"
#include "cli/clock.hpp"
#include "cli/disc_listing.hpp"
#include "cli/disc_render.hpp"
#include "cli/disc_sessions.hpp"
#include "cli/disc_words.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/sources.hpp"
#include "cli/verbs.hpp"
#include "image/checksums.hpp"
#include "image/create.hpp"
#include "image/dedupe.hpp"
#include "image/name_list.hpp"
#include "image/prepare_boot.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <span>

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

bool named(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

image::options plan_options(const disc_create_options& o, const context& settings) {
  image::options how;
  how.created = settings.source_date_epoch.value_or(now());
  how.volume_name = o.volume.empty() ? volume_from(how.created) : o.volume;
  how.file_systems = {.iso9660 = named(o.file_systems, "iso9660"),
                      .joliet = named(o.file_systems, "joliet"),
                      .rock_ridge = named(o.file_systems, "rockridge"),
                      .udf = named(o.file_systems, "udf")};
  how.iso_level = o.iso_level;
  how.strict_iso = how.strict_joliet = o.strict;
  how.relocate = o.rr_relocate;
  how.udf = udf_options_of(o);
  return how;
}

std::vector<std::byte> bytes_of(const std::string& path) {
  const disk::file_source from(path);
  constexpr std::uint64_t most = 1U << 20U;  // of boot code 446 bytes count, or a few sectors
  if (from.size() > most)
    throw base::error(base::errc::invalid_argument, base::printable(path) + " is too large to be boot code.");
  std::vector<std::byte> out(static_cast<std::size_t>(from.size()));
  out.resize(from.read_at(0, out));
  return out;
}

void add_boot(const disc_create_options& o, tree::file_tree& tree, image::options& how,
              const std::stop_token& stop) {
  for (const auto& word : o.boot) how.boot.push_back(boot_entry_of(word, tree));
  if (!o.mbr.empty()) how.disk.boot_code = bytes_of(o.mbr);
  if (o.checksums && std::ranges::any_of(how.boot, &eltorito::boot_entry::info_table))
    throw base::error(
        base::errc::invalid_argument,
        "--checksums and info-table exclude each other: the table changes the boot image when it is "
        "written.");
  image::prepare_boot(tree, how, stop);
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

// Nothing is made: what would change is listed.
int list_names(const tree::file_tree& tree, const image::options& how, const context& settings) {
  std::vector<image::changed_name> changed;
  image::each_changed_name(tree, how, [&](const image::changed_name& one) { changed.push_back(one); });
  print(settings.json ? names_json(changed) : names_text(changed));
  return done;
}

// The sources do not hold what --checksums added; it was checked by itself.
void add_own_checksums(const image::opened_image& image, tree::file_tree& tree) {
  const auto e = image::find_checksums(image);
  if (!e || tree.find(tree::root, image::checksums_name)) return;
  std::string text(static_cast<std::size_t>(std::min(e->size, image.source().size())), '\0');
  text.resize(value_or_throw(image.read(*e, 0, std::as_writable_bytes(std::span(text))), image));
  tree.add_file(tree::root, image::checksums_name, tree::memory_content(std::move(text)), e->modified);
}

}  // namespace

int disc_create(const disc_create_options& o, const context& settings) {
  if (o.sources.empty() && o.roots.empty())
    throw base::error(base::errc::invalid_argument, "Nothing to pack: give a SOURCE or --root /PATH=SOURCE.");
  progress_bar bar(settings);
  const bool posix = named(o.file_systems, "rockridge") || named(o.file_systems, "udf");
  auto how = plan_options(o, settings);
  auto from = gather({o.sources, o.roots, o.follow_links, o.image, posix, o.skip_unreadable, how.created},
                     bar.sink(), settings.stop);
  if (settings.source_date_epoch) clamp_times(from.tree, *settings.source_date_epoch);
  if (o.list_names) return list_names(from.tree, how, settings);
  const auto shared = dedupe(o, from.tree, how, bar, settings);
  if (o.checksums) image::add_checksums(from.tree, how, bar.sink(), settings.stop);
  add_boot(o, from.tree, how, settings.stop);
  const auto plan = image::plan(std::move(from.tree), how);
  image::create_image(plan, o.image, bar.sink(), settings.stop);
  if (!settings.quiet) std::fputs(warnings_text(from).c_str(), stderr);
  const bool to_stdout = o.image == "-";
  if (settings.json && !to_stdout) print(created_json(o.image, plan, from, shared));
  if (!settings.json && !settings.quiet && !to_stdout) print(created_text(o.image, plan, shared));
  return from.unreadable_count > 0 ? failed : done;
}

int disc_info(const disc_image_options& o, const context& settings) {
  const auto image = open_at(o.image, o.session);
  print(settings.json ? info_json(image) : info_text(image));
  return done;
}

int disc_ls(const disc_image_options& o, const context& settings) {
  const auto image = open_at(o.image, o.session);
  const auto fs = chosen(image, o.file_system);
  const auto at = value_or_throw(image.find(fs, o.path), image);
  const auto out = settings.json ? json_listing() : o.long_format ? long_listing() : names_listing();
  base::parsed<void> read;  // or the first fault
  const auto add = [&](const std::string& path, const image::entry& e) {
    out->add(path, e);
    if (read && e.fault) read = tl::unexpected(*e.fault);
    return !settings.stop.stop_requested();
  };
  if (!at.directory) {
    add(o.path, at);
  } else if (o.recursive) {
    const std::string top = o.path == "/" ? "" : o.path;
    auto walked = out->names_only() ? image.walk_names(fs, top, at, add) : image.walk(fs, top, at, add);
    if (!walked) read = std::move(walked);
    base::check(settings.stop);
  } else {
    for (const auto& e : value_or_throw(image.list(fs, at), image)) add(e.name, e);
  }
  // What could be read is listed; a program that reads JSON gets it, or an error.
  if (read || !settings.json) out->finish();
  value_or_throw(std::move(read), image);
  return done;
}

int disc_cat(const disc_image_options& o, const context& settings) {
  const auto image = open_at(o.image, o.session);
  const auto file = value_or_throw(image.find(chosen(image, o.file_system), o.path), image);
  if (file.kind != tree::node_kind::file)
    throw base::error(base::errc::not_a_file, base::printable(o.path) + " is no regular file.");
  std::vector<char> piece(1 << 20);
  for (std::uint64_t at = 0; at < file.size;) {
    base::check(settings.stop);
    const auto n = value_or_throw(image.read(file, at, std::as_writable_bytes(std::span(piece))), image);
    if (n == 0) break;
    print({piece.data(), n});
    at += n;
  }
  return done;
}

int disc_extract(const disc_extract_options& o, const context& settings) {
  const auto image = open_at(o.image, o.session);
  image::extract_options how;
  how.from = chosen(image, o.file_system);
  how.paths = o.paths;
  how.overwrite = o.overwrite;
  how.devices = o.devices;
  image::extract_result result;
  {
    progress_bar bar(settings);
    result = image::extract(image, o.directory, how, bar.sink(), settings.stop);
  }
  std::fputs(failures_text(result).c_str(), stderr);  // an error, so in spite of --quiet
  if (settings.json) print(extracted_json(result));
  if (!settings.json && !settings.quiet) print(extracted_text(result));
  return result.failed_count > 0 ? failed : done;
}

int disc_verify(const disc_verify_options& o, const context& settings) {
  const auto image = open_at(o.image, o.session);
  verify_result v;
  {
    progress_bar bar(settings);
    v.structure = image::verify(image, bar.sink(), settings.stop);
    v.checksums = image::verify_checksums(image, bar.sink(), settings.stop);
    if (!o.against.empty()) {
      const bool posix = image.has(image::file_system::rock_ridge) || image.has(image::file_system::udf);
      sources from{{}, {}, o.follow_links, o.image, posix};
      for (const auto& word : o.against) (is_rooted(word) ? from.rooted : from.plain).push_back(word);
      auto wanted = gather(from, bar.sink(), settings.stop);
      if (v.checksums) add_own_checksums(image, wanted.tree);
      v.contents = image::verify_against(image, wanted.tree, bar.sink(), settings.stop);
    }
  }
  if (settings.json) print(verify_json(o.image, v));
  if (!settings.json && !(settings.quiet && v.sound())) print(verify_text(o.image, v));
  return v.sound() ? done : failed;
}

}  // namespace comeback::cli
