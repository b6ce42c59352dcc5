// SPDX-License-Identifier: Apache-2.0
// The disc verbs that are about sessions.
#include "cli/disc_sessions.hpp"

#include "base/text.hpp"
#include "cli/clock.hpp"
#include "cli/disc_render.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/sources.hpp"
#include "cli/verbs.hpp"
#include "image/compare.hpp"
#include "image/import.hpp"
#include "image/lazy_import.hpp"
#include "optical/image_medium.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace comeback::cli {
namespace {

// Images that stand for no medium of a kind are looked at themselves: raw ones are no media at all.
bool has_record(const std::string& path) {
  std::error_code none;
  return std::filesystem::exists(optical::record_path(path), none);
}

std::shared_ptr<const image::opened_image> open_shared(const image::written_medium& on,
                                                       const image::session& which) {
  return std::make_shared<const image::opened_image>(image::open_session(on.bytes, which));
}

// What the next session begins with: the items of an older one, all of them or those that are looked at.
class older_items {
 public:
  older_items(const std::shared_ptr<const image::opened_image>& from, image::append_way way,
              const image::options& how)
      : from_(from) {
    if (way != image::append_way::exact) lazy_.emplace(from, how);
  }

  [[nodiscard]] tree::file_tree tree(const base::progress& progress, const std::stop_token& stop) {
    return lazy_ ? lazy_->root() : image::import_tree(from_, from_->best(), progress, stop);
  }
  [[nodiscard]] std::optional<tree::node_id> find(tree::file_tree& tree, const std::string& path) {
    return lazy_ ? lazy_->find(tree, path) : tree.find_path(path);
  }
  void open(tree::file_tree& tree, tree::node_id dir) { lazy_->open(tree, dir); }
  [[nodiscard]] std::shared_ptr<const image::kept_items> kept(const tree::file_tree& tree) {
    return lazy_ ? lazy_->kept(tree) : nullptr;
  }

 private:
  std::shared_ptr<const image::opened_image> from_;
  std::optional<image::lazy_import> lazy_;
};

void remove_items(older_items& old, tree::file_tree& tree, const std::vector<std::string>& paths,
                  const std::string& image) {
  for (const auto& path : paths) {
    const auto found = old.find(tree, path);
    if (!found || *found == tree::root)
      throw base::error(base::errc::item_not_found,
                        fmt::format("{} has no item {} that could be removed.", base::printable(image),
                                    base::printable(path)));
    tree.remove(*found);
  }
}

image::append_way way_of(const std::string& word) {
  for (const auto way : {image::append_way::relinked, image::append_way::compact})
    if (word == image::name_of(way)) return way;
  return image::append_way::exact;
}

// Where the sources of the command line go.
std::vector<std::string> rooted(const disc_append_options& o) {
  auto out = o.roots;
  if (o.at != "/")
    for (const auto& source : o.sources) out.push_back(fmt::format("{}={}", o.at, source));
  return out;
}

struct planned_session {
  image::append_way way = image::append_way::exact;
  gathered from;
  image::layout plan;
};

class session_planner {
 public:
  session_planner(const disc_append_options& o, const context& settings, const image::written_medium& on,
                  const base::progress& progress)
      : o_(o),
        settings_(settings),
        on_(on),
        progress_(progress),
        old_(open_shared(on, session_of(on, o.from, o.image))) {}

  // In the way that was asked for; where what is there does not allow it, with all directories.
  [[nodiscard]] planned_session run() const {
    const auto way = way_of(o_.way);
    if (way == image::append_way::relinked && !on_.at_random)
      throw base::error(
          base::errc::not_supported,
          fmt::format("{} is written once, so nothing of its older sessions can be changed: use "
                      "--append compact or exact.",
                      base::printable(o_.image)));
    try {
      return plan(way);
    } catch (const base::error& e) {
      if (way == image::append_way::exact || e.code() != base::errc::not_supported) throw;
      if (!settings_.quiet)
        fmt::print(stderr, "comeback: all directories are written, --append {} is not possible: {}\n", o_.way,
                   e.what());
    }
    return plan(image::append_way::exact);
  }

 private:
  [[nodiscard]] planned_session plan(image::append_way way) const {
    auto how = image::next_session(on_, *old_);
    how.created = settings_.source_date_epoch.value_or(now());
    if (!o_.volume.empty()) how.volume_name = o_.volume;
    older_items old(old_, way, how);
    auto tree = old.tree(progress_, settings_.stop);
    remove_items(old, tree, o_.remove, o_.image);
    const bool posix = how.file_systems.rock_ridge || how.file_systems.udf;
    const auto words = rooted(o_);
    planned_session out{way, {}, {}};
    out.from = gather({o_.at == "/" ? o_.sources : std::vector<std::string>{}, words, o_.follow_links,
                       o_.image, posix, o_.skip_unreadable, how.created,
                       [&old](tree::file_tree& in, tree::node_id dir) { old.open(in, dir); }},
                      progress_, settings_.stop, std::move(tree));
    how.session.kept = old.kept(out.from.tree);
    how.session.relink = way == image::append_way::relinked;
    out.plan = image::plan(std::move(out.from.tree), how);
    return out;
  }

  const disc_append_options& o_;
  const context& settings_;
  const image::written_medium& on_;
  const base::progress& progress_;
  std::shared_ptr<const image::opened_image> old_;
};

}  // namespace

image::written_medium medium_at(const std::string& path) {
  if (has_record(path)) return image::look_at(*optical::open_image_medium(path, optical::access::reading));
  image::written_medium out{image::open_blocks(path), {}, true, {}};
  out.sessions = image::find_sessions(*out.bytes);
  return out;
}

const image::session& session_of(const image::written_medium& on, unsigned number, const std::string& path) {
  if (on.sessions.empty())
    throw base::error(base::errc::no_supported_file_system,
                      base::printable(path) + " has no session: it is blank, or no image.");
  if (number == 0) return on.sessions.back();
  if (number > on.sessions.size())
    throw base::error(base::errc::item_not_found,
                      fmt::format("{} has no session {}: `comeback disc sessions` lists those from 1 to {}.",
                                  base::printable(path), number, on.sessions.size()));
  return on.sessions[number - 1];
}

image::opened_image open_at(const std::string& path, unsigned session) {
  if (session == 0 && !has_record(path)) return image::open_image(path);
  const auto on = medium_at(path);
  return image::open_session(on.bytes, session_of(on, session, path));
}

image::file_system chosen(const image::opened_image& image, const std::string& name) {
  if (name.empty()) return image.best();
  for (const auto fs : {image::file_system::joliet, image::file_system::rock_ridge,
                        image::file_system::enhanced, image::file_system::udf})
    if (name == image::name_of(fs)) return fs;
  return image::file_system::iso9660;
}

int disc_append(const disc_append_options& o, const context& settings) {
  if (o.sources.empty() && o.roots.empty() && o.remove.empty() && o.from == 0 && o.volume.empty())
    throw base::error(base::errc::invalid_argument,
                      "Nothing to append: give a SOURCE, --root, --remove, --volume or --from.");
  const auto medium = optical::open_image_medium(o.image, optical::access::writing);
  image::finish_append(*medium);
  const auto on = image::look_at(*medium);
  progress_bar bar(settings);
  const auto planned = session_planner(o, settings, on, bar.sink()).run();
  image::append_session(*medium, planned.plan, bar.sink(), settings.stop);
  if (!settings.quiet) std::fputs(warnings_text(planned.from).c_str(), stderr);
  const auto number = static_cast<unsigned>(on.sessions.size() + 1);
  if (settings.json)
    print(appended_json(o.image, number, planned.plan, planned.way, planned.from));
  else if (!settings.quiet)
    print(appended_text(o.image, number, planned.plan, planned.way));
  return planned.from.unreadable_count > 0 ? failed : done;
}

int disc_sessions(const disc_image_options& o, const context& settings) {
  const auto on = medium_at(o.image);
  (void)session_of(on, 0, o.image);
  std::vector<session_row> rows;
  for (const auto& one : on.sessions) {
    session_row row{one, {}, {}};
    try {
      row.volumes = image::open_session(on.bytes, one).volumes();
    } catch (const base::error& e) {  // an old session may be damaged: the others are there
      row.fault = e.what();
    }
    rows.push_back(std::move(row));
  }
  print(settings.json ? sessions_json(rows) : sessions_text(rows));
  return done;
}

int disc_diff(const disc_diff_options& o, const context& settings) {
  progress_bar bar(settings);
  const auto on = medium_at(o.image);
  const auto open = [&](unsigned number) { return open_shared(on, session_of(on, number, o.image)); };
  const auto read = [&](const std::shared_ptr<const image::opened_image>& image) {
    return image::import_tree(image, chosen(*image, o.file_system), bar.sink(), settings.stop);
  };
  std::vector<image::difference> found;
  if (o.directory.empty()) {
    const auto last = static_cast<unsigned>(on.sessions.size());
    if (o.from == 0 && last < 2)
      throw base::error(base::errc::invalid_argument,
                        base::printable(o.image) +
                            " has one session only: give a DIR to compare it with, or --from and --to.");
    const auto before = read(open(o.from == 0 ? last - 1 : o.from)), after = read(open(o.to));
    found = image::compare({before, on.bytes}, {after, on.bytes}, true, bar.sink(), settings.stop);
  } else {
    const auto image = open(o.from);
    const auto fs = chosen(*image, o.file_system);
    const bool posix = fs == image::file_system::rock_ridge || fs == image::file_system::udf;
    const auto before = read(image);
    const auto after = gather({{o.directory}, {}, o.follow_links, o.image, posix}, bar.sink(), settings.stop);
    found = image::compare({before, on.bytes}, {after.tree}, posix, bar.sink(), settings.stop);
  }
  print(settings.json ? differences_json(found) : differences_text(found));
  return done;
}

}  // namespace comeback::cli
