// SPDX-License-Identifier: Apache-2.0
#include "image/allowance.hpp"
#include "image/open.hpp"
#include "image/rock_ridge_volume.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

namespace comeback::image {
namespace {

using iso9660::raw_record;

constexpr auto rock_ridge = file_system::rock_ridge;

// Directories that moved (RRIP 4.1.5): CL leads to one that has RE, whose PL leads back.
class relocation_check {
 public:
  relocation_check(const iso9660::reader& records, std::uint8_t skipped, checking& in)
      : records_(records),
        skipped_(skipped),
        in_(in),
        budget_(records.source().size()),
        allowed_(allowance::of_list(budget_)) {}

  void run() {
    const auto& root = records_.descriptor().root;
    meet(raw_record{root, {}, 0});
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      base::check(in_.stop);
      look_into(queue_[i]);
    }
    for (const auto& one : placeholders_) check_placeholder(one);
    for (const auto extent : moved_)
      if (old_parents_.contains(extent) && !led_to_.contains(extent))
        find(fmt::format("no CL entry leads to the directory at block {}, which has moved", extent));
  }

 private:
  struct directory {
    std::uint32_t extent;
    std::uint64_t begin;
    std::uint32_t bytes;
  };
  struct placeholder {
    std::uint32_t in, child;
  };

  void find(std::string what) { in_.out.add(rock_ridge, "", std::move(what)); }

  void meet(const raw_record& r) {
    if (known_.insert(r.fixed.extent.value()).second)
      queue_.push_back({r.fixed.extent.value(), r.begin().value, r.fixed.size.value()});
  }

  // That of ISO 9660 tells of directories that cannot be read.
  void look_into(const directory& dir) {
    if (dir.bytes > budget_) return;
    budget_ -= dir.bytes;
    std::size_t number = 0;
    (void)records_.visit({dir.begin}, dir.bytes, [&](const raw_record& r) {
      std::uint64_t continued = 0;
      if (const auto facts = rock_ridge_facts(records_, r, skipped_, &continued))
        note(dir, r, number, *facts);
      if (number++ > 1 && r.is_directory()) meet(r);
      return allowed_.take(continued);
    });
  }

  void note(const directory& dir, const raw_record& r, std::size_t number, const rockridge::facts& facts) {
    if (number == 1 && facts.parent) old_parents_.emplace(dir.extent, *facts.parent);
    if (number < 2) return;
    if (facts.child) placeholders_.push_back({dir.extent, *facts.child});
    if (facts.relocated) moved_.insert(r.fixed.extent.value());
  }

  void check_placeholder(const placeholder& one) {
    const auto what = fmt::format("the directory at block {}", one.child);
    if (!led_to_.insert(one.child).second) return find("two CL entries lead to " + what);
    if (!known_.contains(one.child)) return find(fmt::format("no path leads to {} but a CL entry", what));
    if (!moved_.contains(one.child)) find(what + " has moved, and lacks RE");
    const auto parent = old_parents_.find(one.child);
    if (parent == old_parents_.end()) return find(what + " has moved, and lacks PL");
    if (parent->second != one.in)
      find(fmt::format("PL of {} names block {} as its parent, not {}", what, parent->second, one.in));
  }

  const iso9660::reader& records_;
  std::uint8_t skipped_;
  checking& in_;
  std::uint64_t budget_;  // bytes of directories that may still be read
  allowance allowed_;     // of continuation areas
  std::vector<directory> queue_;
  std::unordered_set<std::uint32_t> known_, moved_, led_to_;
  std::unordered_map<std::uint32_t, std::uint32_t> old_parents_;
  std::vector<placeholder> placeholders_;
};

}  // namespace

// The directories themselves are looked at as those of ISO 9660; here only what their records add.
void rock_ridge_volume::check(checking& in) const {
  const auto done = in.image.walk(rock_ridge, [&](const std::string& path, const entry& e) {
    base::check(in.stop);
    ++(e.directory ? in.out.result.directories : in.out.result.files);
    if (e.fault) {
      in.out.add(rock_ridge, path, base::to_string(*e.fault));
      return true;
    }
    if (!e.attributes.given) in.out.add(rock_ridge, path, "has no PX entry");
    if (e.kind == tree::node_kind::symbolic_link && e.link_target.empty())
      in.out.add(rock_ridge, path, "is a symbolic link without an SL entry");
    return true;
  });
  if (!done) in.out.add(rock_ridge, "", base::to_string(done.error()));
  relocation_check(records_, skipped_, in).run();
}

}  // namespace comeback::image
