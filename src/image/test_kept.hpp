// SPDX-License-Identifier: Apache-2.0
// What tests of later sessions of UDF share: trees that hold part of an older session.
#pragma once

#include "image/append.hpp"
#include "image/kept.hpp"
#include "image/older_udf.hpp"
#include "image/udf_volume.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace comeback::image::testing {

/// Reads the root of an image's UDF volume and the directories `open` (those above them, too); all others are
/// kept.
class partial_import {
 public:
  tree::file_tree tree;
  std::shared_ptr<kept_items> kept = std::make_shared<kept_items>();

  partial_import(std::shared_ptr<const opened_image> from, std::set<std::string> open)
      : from_(std::move(from)),
        open_(std::move(open)),
        volume_(static_cast<const udf_volume&>(from_->reader_of(file_system::udf)).volume()) {
    const auto root = from_->root(file_system::udf);
    note(tree::root, root, udf::kept_as::open_directory);
    describe(tree::root, root);
    read(tree::root, "", root);
  }

  /// The tree is as it shall be.
  std::shared_ptr<kept_items> finished() {
    kept->older_udf = std::make_shared<const udf::older_volume>(older_udf(from_, tree, kept->udf));
    return kept;
  }

 private:
  void describe(tree::node_id node, const entry& e) {
    tree.set_modified(node, e.modified);
    if (e.attributes.given) tree.set_attributes(node, e.attributes);
    tree.set_times(node, e.times);
  }

  void note(tree::node_id node, const entry& e, udf::kept_as what) {
    udf::lb_addr icb;
    icb.block = static_cast<std::uint32_t>(e.node - 1);
    icb.partition = static_cast<std::uint16_t>((e.node - 1) >> 32);
    const auto there = volume_.read(icb).value();
    kept->udf[static_cast<std::uint32_t>(node)] = {
        icb.block,
        icb.partition,
        there.unique_id,
        what,
        0,
        static_cast<std::uint16_t>(e.link_count - (e.streams != 0 ? 1 : 0))};
  }

  void read(tree::node_id dir, const std::string& path, const entry& of) {
    const auto all = from_->list(file_system::udf, of).value();
    for (const auto& e : all) {
      const auto below = path + "/" + e.name;
      if (e.directory && !open_.contains(below)) {
        const auto node = tree.add_kept_directory(dir, e.name);
        note(node, e, udf::kept_as::closed_directory);
        describe(node, e);
        continue;
      }
      const auto node = add(dir, e);
      note(node, e, e.directory ? udf::kept_as::open_directory : udf::kept_as::item);
      describe(node, e);
      if (e.directory) read(node, below, e);
    }
  }

  tree::node_id add(tree::node_id dir, const entry& e) {
    if (e.directory) return tree.add_directory(dir, e.name);
    if (e.kind == tree::node_kind::symbolic_link) return tree.add_symbolic_link(dir, e.name, e.link_target);
    if (e.kind != tree::node_kind::file) return tree.add_special(dir, e.name, e.kind, e.attributes);
    if (e.link_count > 1)
      if (const auto known = files_.find(e.node); known != files_.end())
        return tree.add_link(dir, e.name, known->second);
    tree::node_id node;
    if (!e.runs.empty()) {
      node = tree.add_placed_file(dir, e.name, e.runs.front().at.value, e.size);
    } else {
      std::string text(static_cast<std::size_t>(e.size), '\0');
      EXPECT_TRUE(from_->read(e, 0, std::as_writable_bytes(std::span(text))));
      node = tree.add_file(dir, e.name, tree::memory_content(text));
    }
    files_.emplace(e.node, node);
    return node;
  }

  std::shared_ptr<const opened_image> from_;
  std::set<std::string> open_;
  const udf::reader& volume_;
  std::map<std::uint64_t, tree::node_id> files_;
};

/// The next session of a medium whose directories `open` are read and changed, and no others.
inline layout plan_partly(const written_medium& on, const std::shared_ptr<const opened_image>& from,
                          std::set<std::string> open, const std::function<void(tree::file_tree&)>& change,
                          bool relink) {
  partial_import part(from, std::move(open));
  change(part.tree);
  auto how = next_session(on, *from);
  how.created = {1'700'000'100, 0};
  how.session.kept = part.finished();
  how.session.relink = relink;
  return plan(std::move(part.tree), how);
}

}  // namespace comeback::image::testing
