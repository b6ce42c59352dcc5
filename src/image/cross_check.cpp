// SPDX-License-Identifier: Apache-2.0
#include "image/cross_check.hpp"

#include "image/allowance.hpp"
#include "image/open.hpp"
#include "image/volume_reader.hpp"
#include "iso9660/format.hpp"
#include "rockridge/link.hpp"
#include "udf/link.hpp"
#include "udf/names.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace comeback::image {
namespace {

constexpr auto rr = file_system::rock_ridge, udf_system = file_system::udf;

bool is_device(const entry& e) {
  return e.kind == tree::node_kind::character_device || e.kind == tree::node_kind::block_device;
}

bool is_plain(const entry& e) { return e.directory || e.kind == tree::node_kind::file; }

class posix_comparison {
 public:
  explicit posix_comparison(checking& in) : in_(in), allowed_(in.image.source().size(), 16, 64 << 20) {
    rr_.left = udf_.left = in.image.source().size();
  }

  void run() {
    pending_.push_back({in_.image.root(rr), in_.image.root(udf_system), ""});
    while (!pending_.empty()) {
      base::check(in_.stop);
      const auto here = std::move(pending_.back());
      pending_.pop_back();
      compare_directory(here);
    }
  }

 private:
  struct pair {
    entry rr, udf;
    std::string path;
  };
  struct progress_of {
    std::uint64_t left = 0;  // bytes of directories that may still be read
    std::unordered_set<std::uint64_t> seen{};
  };
  using by_name = std::unordered_map<std::string, entry>;

  void find(const std::string& path, std::string what) { in_.out.add(udf_system, path, std::move(what)); }

  // The checks of each file system tell of loops and of directories that cannot be read.
  std::optional<std::vector<entry>> read(file_system fs, const entry& directory, progress_of& so_far) {
    if (directory.fault || directory.size > so_far.left) return std::nullopt;
    if (!so_far.seen.insert(in_.image.reader_of(fs).place_of(directory)).second) return std::nullopt;
    so_far.left -= directory.size;
    auto entries = in_.image.list(fs, directory);
    if (!entries) return std::nullopt;
    for (const auto& e : *entries)
      if (!allowed_.take(weight_of(e))) return std::nullopt;
    return std::move(*entries);
  }

  void compare_directory(const pair& here) {
    auto of_udf = read(udf_system, here.udf, udf_), of_rr = read(rr, here.rr, rr_);
    if (!of_udf || !of_rr) return;
    by_name there;
    for (auto& e : *of_udf) {
      auto name = e.name;
      there.try_emplace(std::move(name), std::move(e));
    }
    std::uint64_t renamed = 0;
    for (auto& e : *of_rr) {
      const auto path = here.path + "/" + e.name;
      const auto twin = there.find(e.name);
      if (twin != there.end()) {
        compare(std::move(e), std::move(twin->second), path);
        there.erase(twin);
      } else if (udf::plain(e.name) != e.name) {
        ++renamed;
      } else if (is_plain(e)) {  // other writers leave links and devices out of UDF
        find(path, "is in Rock Ridge only");
      }
    }
    for (const auto& [name, e] : there)
      if (renamed > 0)
        --renamed;
      else
        find(here.path + "/" + name, "is not in Rock Ridge");
  }

  void compare(entry a, entry b, const std::string& path) {
    if (a.fault || b.fault) return;
    if (a.directory != b.directory || a.kind != b.kind) return find(path, "is of another kind in Rock Ridge");
    compare_sizes(a, b, path);
    compare_attributes(a, b, path);
    // Rock Ridge has fewer years.
    if (!a.directory &&
        a.modified.seconds != iso9660::from_recorded(iso9660::to_recorded(b.modified)).seconds)
      find(path, fmt::format("was changed at {}, by Rock Ridge at {}", base::to_string(b.modified),
                             base::to_string(a.modified)));
    // Both lose something of a target: what they have in common is compared.
    if (udf::recorded_link(a.link_target) != udf::recorded_link(rockridge::recorded_link(b.link_target)))
      find(path, "is a link to somewhere else in Rock Ridge");
    if (a.directory && allowed_.take(path.size())) pending_.push_back({std::move(a), std::move(b), path});
  }

  void compare_sizes(const entry& a, const entry& b, const std::string& path) {
    if (a.kind == tree::node_kind::file && a.size != b.size)
      find(path, fmt::format("has {} bytes, in Rock Ridge {}", b.size, a.size));
  }

  void compare_attributes(const entry& a, const entry& b, const std::string& path) {
    const auto &one = a.attributes, &other = b.attributes;
    if (one.given && other.given && a.kind != tree::node_kind::symbolic_link &&
        one.permissions != other.permissions)
      find(path, fmt::format("has mode {:04o}, in Rock Ridge {:04o}", other.permissions, one.permissions));
    if (is_device(a) && (one.major != other.major || one.minor != other.minor))
      find(path, fmt::format("is device {}, {}, in Rock Ridge {}, {}", other.major, other.minor, one.major,
                             one.minor));
  }

  checking& in_;
  progress_of rr_, udf_;
  allowance allowed_;  // of what the entries of all directories make large
  std::vector<pair> pending_;
};

}  // namespace

void compare_posix_systems(checking& in) {
  if (in.image.has(rr) && in.image.has(udf_system)) posix_comparison(in).run();
}

}  // namespace comeback::image
