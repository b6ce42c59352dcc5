// SPDX-License-Identifier: Apache-2.0
#include "image/file_reader.hpp"
#include "image/findings.hpp"
#include "image/naming.hpp"
#include "image/verify.hpp"
#include "iso9660/format.hpp"
#include "iso9660/relocation.hpp"
#include "rockridge/link.hpp"
#include "tree/content_reader.hpp"
#include "udf/link.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace comeback::image {
namespace {

constexpr std::size_t chunk = 1 << 20;
constexpr auto not_proven = std::numeric_limits<std::uint64_t>::max();  // no block has this number

// Every way in which a planner may have named things, the likeliest first. With Rock Ridge, ISO 9660 has
// names for links and devices, too.
std::vector<std::unique_ptr<const iso9660::naming>> namings(file_system fs, bool rock_ridge) {
  std::vector<std::unique_ptr<const iso9660::naming>> out;
  if (fs == file_system::joliet) {
    for (const bool strict : {false, true}) out.push_back(naming_of(fs, options{.strict_joliet = strict}));
  } else if (fs == file_system::iso9660) {
    for (const int level : {3, 1})
      out.push_back(naming_of(fs, options{.file_systems = {.rock_ridge = rock_ridge}, .iso_level = level}));
  } else {
    out.push_back(naming_of(fs, {}));
  }
  return out;
}

class comparison {
 public:
  comparison(const opened_image& image, const tree::file_tree& tree, findings& out,
             const base::progress& progress, const std::stop_token& stop)
      : image_(image),
        tree_(tree),
        out_(out),
        progress_(progress),
        stop_(stop),
        contents_(tree),
        proven_at_(tree.content_limit(), not_proven),
        ours_(chunk),
        theirs_(chunk) {}

  void run(file_system fs) {
    fs_ = fs;
    namings_ = namings(fs, image_.has(file_system::rock_ridge));
    for (const auto& v : image_.volumes())
      if (v.fs == fs) created_ = v.created;
    std::vector<pair> pending;
    pending.push_back({tree::root, image_.root(fs), ""});
    while (!pending.empty()) {
      base::check(stop_);
      const auto here = std::move(pending.back());
      pending.pop_back();
      compare_directory(here, pending);
    }
  }

 private:
  struct pair {
    tree::node_id node;
    entry there;
    std::string path;
  };
  using listing = std::map<std::string, entry>;

  void compare_directory(const pair& here, std::vector<pair>& pending) {
    auto entries = image_.list(fs_, here.there);
    if (!entries) return out_.add(fs_, here.path, base::to_string(entries.error()));
    listing found;
    for (auto& e : *entries) {
      auto name = e.stored_name;
      if (!found.try_emplace(std::move(name), std::move(e)).second)
        out_.add(fs_, here.path + "/" + e.name, "the name is there twice");
    }
    for (const auto& expected : expected_names(here, found)) compare_item(here, expected, found, pending);
    for (const auto& [name, e] : found)
      if (!is_hidden(here.there, e)) out_.add(fs_, here.path + "/" + e.name, "is in the image only");
  }

  // --- directories that ISO 9660 has elsewhere (RRIP 4.1.5) ---

  // Those of a directory by the name that Rock Ridge has for them; only where it tells of such.
  listing directories_by_rock_ridge(const entry& directory) {
    listing out;
    if (fs_ != file_system::iso9660 || !image_.has(file_system::rock_ridge)) return out;
    auto entries = image_.list(file_system::rock_ridge, directory);
    if (!entries) return out;  // its own comparison says so
    for (auto& e : *entries)
      if (e.directory) out.try_emplace(e.name, std::move(e));
    return out;
  }

  // Whether a directory is there to hold those that moved, or is one of them.
  bool is_hidden(const entry& directory, const entry& e) {
    if (!e.directory || fs_ != file_system::iso9660 || !image_.has(file_system::rock_ridge)) return false;
    return std::ranges::none_of(directories_by_rock_ridge(directory), [&](const auto& one) {
      return one.second.runs.front().at == e.runs.front().at;
    });
  }

  // What is missing among `names` may have moved: files stand for it, which become what they stand for.
  std::vector<iso9660::named> with_moved(const pair& here, std::vector<iso9660::named> names,
                                         listing& found) {
    std::unordered_set<std::uint32_t> moved;
    auto elsewhere = directories_by_rock_ridge(here.there);
    for (const auto& one : names)
      if (tree_.is_directory(one.node) && !found.contains(one.identifier) &&
          elsewhere.contains(std::string(tree_.name(one.node))))
        moved.insert(static_cast<std::uint32_t>(one.node));
    names = iso9660::with_placeholders(std::move(names), moved);
    for (const auto& one : names) {
      if (!moved.contains(static_cast<std::uint32_t>(one.node))) continue;
      if (const auto there = found.find(one.identifier); there != found.end())
        there->second = elsewhere.at(std::string(tree_.name(one.node)));
    }
    return names;
  }

  // --- items ---

  void compare_item(const pair& here, const iso9660::named& expected, listing& found,
                    std::vector<pair>& pending) {
    const auto at = found.find(expected.identifier);
    const auto path = here.path + "/" + std::string(tree_.name(expected.node));
    if (at == found.end())
      return out_.add(fs_, path, fmt::format("is missing in the image (as {})", expected.identifier));
    auto there = std::move(at->second);
    found.erase(at);
    if (there.directory != tree_.is_directory(expected.node))
      return out_.add(fs_, path, "is a file on one side, a directory on the other");
    if (there.directory) {
      ++out_.result.directories;
      pending.push_back({expected.node, there, path});
    } else if (tree_.kind(expected.node) == tree::node_kind::file) {
      compare_file(expected.node, there, path);
    } else {
      ++out_.result.files;
    }
    if (fs_ == file_system::udf || fs_ == file_system::rock_ridge) compare_facts(expected.node, there, path);
  }

  void compare_facts(tree::node_id node, const entry& there, const std::string& path) {
    if (there.kind != tree_.kind(node)) return out_.add(fs_, path, "is of another kind than in the source");
    const auto wanted = tree_.link_target(node);
    if (there.link_target !=
        (fs_ == file_system::udf ? udf::recorded_link(wanted) : rockridge::recorded_link(wanted)))
      out_.add(fs_, path, "is a link to somewhere else than in the source");
    compare_attributes(node, there, path);
    compare_times(node, there, path);
  }

  // Owners are no difference: a copy has others.
  void compare_attributes(tree::node_id node, const entry& there, const std::string& path) {
    const auto& known = tree_.attributes_of(node);
    // Links have no permissions of their own; other writers' UDF may record none.
    if (known.given && there.attributes.given && there.kind != tree::node_kind::symbolic_link &&
        there.attributes.permissions != known.permissions)
      out_.add(fs_, path,
               fmt::format("has mode {:04o}, in the source {:04o}", there.attributes.permissions,
                           known.permissions));
    const bool device =
        there.kind == tree::node_kind::character_device || there.kind == tree::node_kind::block_device;
    if (device && (there.attributes.major != known.major || there.attributes.minor != known.minor))
      out_.add(fs_, path,
               fmt::format("is device {}, {}, in the source {}, {}", there.attributes.major,
                           there.attributes.minor, known.major, known.minor));
  }

  // In seconds, which every file system records. A folder's time changes with what is put into it, the image
  // for example; and what is younger than the image may have been set to its time (SOURCE_DATE_EPOCH).
  void compare_times(tree::node_id node, const entry& there, const std::string& path) {
    auto wanted = tree_.modified(node);
    if (fs_ == file_system::rock_ridge) wanted = iso9660::from_recorded(iso9660::to_recorded(wanted));
    if (there.directory || tree_.modified(node) == base::timestamp{} ||
        wanted.seconds == there.modified.seconds)
      return;
    if (created_ && wanted > *created_ && there.modified.seconds == created_->seconds) return;
    out_.add(fs_, path,
             fmt::format("was changed at {}, in the source at {}", base::to_string(there.modified),
                         base::to_string(wanted)));
  }

  // The names of the way of naming that fits best; usually the first fits whole.
  std::vector<iso9660::named> expected_names(const pair& here, listing& found) {
    std::vector<iso9660::named> best;
    std::size_t best_missing = 0, best_index = 0;
    for (std::size_t i = 0; i < namings_.size(); ++i) {
      auto names = namings_[i]->children(tree_, here.node);
      for (auto& one : names) one.identifier = readable(fs_, one.identifier);
      const auto missing = static_cast<std::size_t>(
          std::ranges::count_if(names, [&](const auto& one) { return !found.contains(one.identifier); }));
      if (i == 0 || missing < best_missing) {
        best = std::move(names);
        best_missing = missing;
        best_index = i;
      }
      if (best_missing == 0) break;
    }
    if (best_index != 0)
      std::rotate(namings_.begin(), namings_.begin() + static_cast<std::ptrdiff_t>(best_index),
                  namings_.begin() + static_cast<std::ptrdiff_t>(best_index) + 1);
    if (best_missing > 0) return with_moved(here, std::move(best), found);
    return best;
  }

  void compare_file(tree::node_id node, const entry& there, const std::string& path) {
    ++out_.result.files;
    base::report(progress_, {"comparing contents", out_.result.files, 0, path});
    const auto size = tree_.size(node);
    if (there.size != size)
      return out_.add(fs_, path,
                      fmt::format("has {} bytes in the image, {} in the source", there.size, size));
    const auto what = tree_.content_of(node);
    auto& proven = proven_at_[static_cast<std::uint32_t>(what)];
    // The same bytes seen through another file system need no second look.
    const auto at = there.runs.size() == 1 ? there.runs.front().at.value : not_proven;
    if (size == 0 || (at != not_proven && proven == at)) return;
    if (same_bytes(what, there, path) && at != not_proven) proven = at;
    out_.result.bytes += size;
  }

  bool same_bytes(tree::content_id what, const entry& there, const std::string& path) {
    file_reader from(image_, there);
    for (std::uint64_t at = 0; at < there.size; at += chunk) {
      base::check(stop_);
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(chunk, there.size - at));
      const auto read = from.read(at, std::span(theirs_).first(n));
      if (!read) return out_.add(fs_, path, base::to_string(read.error())), false;
      contents_.read(what, at, std::span(ours_).first(n));
      const auto [mine, other] =
          std::mismatch(ours_.begin(), ours_.begin() + static_cast<std::ptrdiff_t>(n), theirs_.begin());
      if (mine != ours_.begin() + static_cast<std::ptrdiff_t>(n)) {
        out_.add(
            fs_, path,
            fmt::format("differs from byte {} on", at + static_cast<std::uint64_t>(mine - ours_.begin())));
        return false;
      }
    }
    return true;
  }

  const opened_image& image_;
  const tree::file_tree& tree_;
  findings& out_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  file_system fs_ = file_system::iso9660;
  std::optional<base::timestamp> created_;  // the volume
  std::vector<std::unique_ptr<const iso9660::naming>> namings_;
  tree::content_reader contents_;
  std::vector<std::uint64_t> proven_at_;  // by content: the block that its bytes, in one run, were equal at
  std::vector<std::byte> ours_, theirs_;
};

}  // namespace

verification verify_against(const opened_image& image, const tree::file_tree& tree,
                            const base::progress& progress, const std::stop_token& stop) {
  findings out;
  comparison compare(image, tree, out, progress, stop);
  for (const auto& v : image.volumes()) compare.run(v.fs);
  return std::move(out.result);
}

}  // namespace comeback::image
