// SPDX-License-Identifier: Apache-2.0
#include "image/lazy_import.hpp"

#include "image/append.hpp"
#include "image/import.hpp"
#include "image/test_image.hpp"
#include "image/test_medium.hpp"
#include "image/test_sessions.hpp"
#include "image/verify.hpp"

#include <atomic>
#include <map>
#include <random>
#include <span>

#include <gmock/gmock.h>

namespace comeback::image {
namespace {

using testing::after_a_cut;
using testing::code_of;
using testing::contents;
using ::testing::Each;
using ::testing::HasSubstr;
using testing::last_session;
using testing::memory_medium;
using testing::read_all;

constexpr file_system_set plain{true, false, false, false}, joliet{true, true, false, false},
    rock_ridge{true, false, true, false}, both{true, true, true, false};

struct kind {
  std::string title;
  file_system_set file_systems;
  int iso_level = 3;
  bool appendable = true;  // false: its first session begins at block 0, as those of others
  bool strict_joliet = false;
};

void PrintTo(const kind& k, std::ostream* to) { *to << k.title; }

options options_of(const kind& k) {
  options how;
  how.file_systems = k.file_systems;
  how.iso_level = k.iso_level;
  how.appendable = k.appendable;
  how.strict_joliet = k.strict_joliet;
  how.created = {1'700'000'000, 0};
  return how;
}

// Folders in folders, beside each other, and names that no two file systems record alike.
tree::file_tree many_folders() {
  auto t = testing::sample_tree();
  for (const auto* name : {"a folder of many words", "a folder of many worms", "B.C.D", "\xE2\x82\xAC"}) {
    const auto dir = t.add_directory(tree::root, name);
    t.add_file(dir, "a file of many words.text", tree::memory_content(std::string(3000, 'w')));
    t.add_file(t.add_directory(dir, "below"), "f", tree::memory_content(name));
    t.add_directory(t.add_directory(dir, "beside"), "empty");
  }
  const auto posix = t.add_directory(tree::root, "posix");
  const auto file = t.add_file(posix, "one", tree::memory_content("of two names"));
  t.add_link(t.add_directory(posix, "elsewhere"), "two", file);
  t.add_symbolic_link(posix, "link", "../README");
  return t;
}

std::map<file_system, contents> read_all(const opened_image& image) {
  std::map<file_system, contents> out;
  for (const auto& v : image.volumes()) out[v.fs] = read_all(image, v.fs);
  return out;
}

using change = std::function<void(lazy_import&, tree::file_tree&)>;

layout plan_change(const memory_medium& medium, bool relink, const change& make) {
  const auto image = last_session(medium);
  auto how = next_session(look_at(medium), *image);
  lazy_import old(image, how);
  auto tree = old.root();
  make(old, tree);
  how.session.kept = old.kept(tree);
  how.session.relink = relink;
  return plan(std::move(tree), how);
}

void append(memory_medium& medium, bool relink, const change& make) {
  append_session(medium, plan_change(medium, relink, make));
}

tree::node_id opened(lazy_import& old, tree::file_tree& tree, const std::string& path) {
  const auto found = old.find(tree, path);
  EXPECT_TRUE(found) << path;
  if (tree.is_kept(*found)) old.open(tree, *found);
  return *found;
}

// Deep in the tree, a name that is new; beside it, one that goes.
void deep_change(lazy_import& old, tree::file_tree& tree) {
  tree.add_file(opened(old, tree, tree.find_path("/docs") ? "/docs/deep/deeper" : "/DOCS/DEEP/DEEPER"),
                "ADDED", tree::memory_content("new"));
  tree.add_directory(tree::root, "ANOTHER");
}

void deep_change_again(lazy_import& old, tree::file_tree& tree) {
  tree.add_directory(opened(old, tree, tree.find_path("/docs") ? "/docs" : "/DOCS"), "AFTER");
}

class lazy_import_of : public ::testing::TestWithParam<kind> {
 protected:
  memory_medium medium_{testing::bytes_of(plan(many_folders(), options_of(GetParam())))};
};

TEST_P(lazy_import_of, opens_what_is_looked_at_and_nothing_else) {
  const auto image = last_session(medium_);
  lazy_import old(image, next_session(look_at(medium_), *image));
  auto tree = old.root();
  const auto docs = tree.find_path("/docs") ? *tree.find_path("/docs") : *tree.find_path("/DOCS");
  EXPECT_TRUE(tree.is_kept(docs));
  old.open(tree, docs);
  EXPECT_FALSE(tree.is_kept(docs));
  const auto eager = import_tree(image, image->best());
  for (auto n = tree.first_child(docs); n != tree::no_node; n = tree.next_sibling(n)) {
    const auto there = eager.find_path(tree.path(n));
    ASSERT_TRUE(there);
    EXPECT_EQ(tree.kind(n), eager.kind(*there));
    EXPECT_EQ(tree.size(n), eager.size(*there));
    EXPECT_EQ(tree.is_kept(n), tree.is_directory(n));
  }
  EXPECT_FALSE(old.find(tree, "/nowhere/at all"));
}

TEST_P(lazy_import_of, every_file_system_shows_the_change_and_all_else) {
  for (const bool relink : {false, true}) {
    memory_medium medium(medium_.now());
    const auto before = read_all(*last_session(medium));
    append(medium, relink, deep_change);
    const auto image = last_session(medium);
    for (const auto& [fs, now] : read_all(*image)) {
      auto wanted = before.at(fs);
      const bool upper = wanted.contains("/DOCS");
      wanted[upper ? "/DOCS/DEEP/DEEPER/ADDED" : "/docs/deep/deeper/ADDED"] = "new";
      wanted["/ANOTHER"] = "/";
      EXPECT_EQ(now, wanted) << name_of(fs);
    }
    // Nothing is wrong but, unless they are told, what kept directories know of those above them.
    std::vector<std::string> findings;
    for (const auto& f : verify(*image).findings) findings.push_back(f.what);
    EXPECT_EQ(findings.empty(), relink);
    EXPECT_THAT(findings, Each(HasSubstr("..")));
    const auto first = open_session(medium.bytes(), find_sessions(*medium.bytes()).at(0));
    EXPECT_EQ(read_all(first), before);
  }
}

TEST_P(lazy_import_of, what_is_removed_is_gone_with_all_below) {
  auto wanted = read_all(*last_session(medium_));
  append(medium_, false, [](lazy_import& old, tree::file_tree& tree) {
    for (const auto* path : {"/docs", "/DOCS"})
      if (const auto found = old.find(tree, path)) tree.remove(*found);
  });
  for (auto& [fs, all] : wanted)
    std::erase_if(all, [](const auto& one) {
      return one.first.starts_with("/docs") || one.first.starts_with("/DOCS");
    });
  EXPECT_EQ(read_all(*last_session(medium_)), wanted);
}

TEST_P(lazy_import_of, a_cut_leaves_the_old_session_or_the_new_one) {
  const auto before = medium_.now();
  const auto old = read_all(*last_session(medium_));
  append(medium_, true, deep_change);
  const auto fresh = read_all(*last_session(medium_));
  const std::span all(medium_.writes());
  std::mt19937 random(1);
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    for (const bool loses : {false, true}) {
      memory_medium medium(after_a_cut(before, all.first(cut), loses ? &random : nullptr));
      const auto image = last_session(medium);
      for (const auto& [fs, was] : old) {
        const auto is = read_all(*image, fs);
        EXPECT_TRUE(is == was || is == fresh.at(fs)) << name_of(fs) << ", cut " << cut;
      }
      (void)finish_append(medium);
      const auto mended = read_all(*last_session(medium));
      EXPECT_TRUE(mended == old || mended == fresh) << "cut " << cut;
      append(medium, true, deep_change_again);
      EXPECT_EQ(read_all(open_session(medium.bytes(), find_sessions(*medium.bytes()).at(0))), old);
    }
  }
}

TEST_P(lazy_import_of, sessions_in_every_way_follow_each_other) {
  std::vector<std::map<file_system, contents>> models{read_all(*last_session(medium_))};
  for (int i = 0; i < 9; ++i) {
    const auto name = "S" + std::to_string(i);
    if (i % 3 == 2) {
      const auto image = last_session(medium_);
      auto tree = import_tree(image, image->best());
      tree.add_directory(tree::root, name);
      append_session(medium_, plan(std::move(tree), next_session(look_at(medium_), *image)));
    } else {
      append(medium_, i % 3 == 1, [&](lazy_import& old, tree::file_tree& tree) {
        const auto dir = i == 0 ? tree::root : opened(old, tree, "/S" + std::to_string(i - 1));
        tree.add_directory(dir, "IN" + std::to_string(i));
        tree.add_directory(tree::root, name);
      });
    }
    auto model = models.back();
    for (auto& [fs, all] : model) {
      all["/" + name] = "/";
      if (i % 3 == 2) continue;
      all[(i == 0 ? "" : "/S" + std::to_string(i - 1)) + "/IN" + std::to_string(i)] = "/";
    }
    models.push_back(std::move(model));
  }
  const auto sessions = find_sessions(*medium_.bytes());
  ASSERT_EQ(sessions.size(), models.size());
  for (std::size_t i = 0; i < sessions.size(); ++i)
    EXPECT_EQ(read_all(open_session(medium_.bytes(), sessions[i])), models[i]) << "session " << i + 1;
  EXPECT_TRUE(verify(open_session(medium_.bytes(), sessions.back())).sound());  // exact again
}

INSTANTIATE_TEST_SUITE_P(lazy_import, lazy_import_of,
                         ::testing::Values(kind{"plain", plain}, kind{"level_1", plain, 1},
                                           kind{"joliet", joliet},
                                           kind{"strict_joliet", joliet, 3, true, true},
                                           kind{"rock_ridge", rock_ridge}, kind{"both", both},
                                           kind{"level_4", both, 4}, kind{"of_others", both, 3, false}),
                         [](const auto& one) { return one.param.title; });

// Counts the bytes that are read.
class counting_source final : public disk::source {
 public:
  explicit counting_source(std::vector<std::byte> bytes) : bytes_(std::move(bytes), "test.iso") {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override {
    const auto n = bytes_.read_at(offset, into);
    read_ += n;
    return n;
  }
  [[nodiscard]] std::string name() const override { return bytes_.name(); }
  [[nodiscard]] std::uint64_t read() const { return read_; }

 private:
  disk::memory_source bytes_;
  mutable std::atomic<std::uint64_t> read_ = 0;
};

std::uint64_t bytes_read_to_open_one(int folders) {
  tree::file_tree t;
  const auto top = t.add_directory(tree::root, "top");
  for (int i = 0; i < folders; ++i) {
    const auto dir = t.add_directory(top, "d" + std::to_string(i));
    for (int k = 0; k < 20; ++k) t.add_file(dir, "f" + std::to_string(k), tree::memory_content("x"));
  }
  t.add_file(t.add_directory(tree::root, "other"), "f", tree::memory_content("x"));
  options how;
  how.file_systems = both;
  const auto bytes = std::make_shared<const counting_source>(testing::bytes_of(plan(t, how)));
  const auto image = std::make_shared<const opened_image>(bytes);
  lazy_import old(image, how);
  auto tree = old.root();
  old.open(tree, *old.find(tree, "/other"));
  EXPECT_TRUE(tree.find_path("/other/f"));
  return bytes->read();
}

TEST(lazy_import, reads_no_more_of_a_large_image) {
  // Reading ahead ends where the image does.
  EXPECT_LE(bytes_read_to_open_one(500), 2 * bytes_read_to_open_one(5));
}

TEST(lazy_import, writes_no_more_to_a_large_image) {
  std::vector<std::uint64_t> blocks;
  for (const int files : {100, 10'000}) {
    tree::file_tree t;
    for (int i = 0; i < files; ++i) {
      const auto name = "d" + std::to_string(i % 10);
      const auto dir = t.find(tree::root, name);
      t.add_file(dir ? *dir : t.add_directory(tree::root, name), std::to_string(i),
                 tree::memory_content("x"));
    }
    const memory_medium medium(testing::bytes_of(plan(std::move(t), options_of({"", both}))));
    blocks.push_back(plan_change(medium, false,
                                 [](lazy_import&, tree::file_tree& tree) {
                                   tree.add_file(tree::root, "new", tree::memory_content("x"));
                                 })
                         .blocks()
                         .value);
  }
  EXPECT_EQ(blocks[0], blocks[1]);
}

TEST(lazy_import, other_names_of_a_file_stay_its_names) {
  memory_medium medium(testing::bytes_of(plan(many_folders(), options_of({"", both}))));
  append(medium, false, [](lazy_import& old, tree::file_tree& tree) {
    const auto posix = opened(old, tree, "/posix");
    const auto file = tree.add_file(posix, "another", tree::memory_content("two new names"));
    tree.add_link(posix, "of it", file);
  });
  const auto image = last_session(medium);
  const auto tree = import_tree(image, file_system::rock_ridge);
  EXPECT_EQ(tree.content_of(*tree.find_path("/posix/one")),
            tree.content_of(*tree.find_path("/posix/elsewhere/two")));
  EXPECT_EQ(tree.content_of(*tree.find_path("/posix/another")),
            tree.content_of(*tree.find_path("/posix/of it")));
  EXPECT_NE(tree.content_of(*tree.find_path("/posix/one")), tree.content_of(*tree.find_path("/posix/of it")));
}

TEST(lazy_import, directories_that_were_moved_are_refused) {
  tree::file_tree t;
  auto dir = tree::root;
  for (int i = 0; i < 10; ++i) dir = t.add_directory(dir, "level" + std::to_string(i));
  options how;
  how.file_systems = rock_ridge;
  how.relocate = true;
  const memory_medium medium(testing::bytes_of(plan(std::move(t), how)));
  std::string message;
  EXPECT_EQ(
      code_of([&] { (void)plan_change(medium, false, [](lazy_import&, tree::file_tree&) {}); }, &message),
      base::errc::not_supported);
  EXPECT_THAT(message, HasSubstr("moved"));
}

// What is wrong with another file system is no reason to give up one that can be read.
TEST(lazy_import, other_file_systems_that_are_torn_are_refused) {
  auto bytes = testing::bytes_of(plan(many_folders(), options_of({"", both})));
  const auto image = testing::open_bytes(bytes);
  const auto root = image.root(file_system::joliet).runs.front().offset();
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(root), 2048, std::byte{0xFF});
  const memory_medium medium(std::move(bytes));
  EXPECT_EQ(code_of([&] { (void)plan_change(medium, false, deep_change); }), base::errc::not_supported);
  EXPECT_NO_THROW((void)import_tree(last_session(medium), file_system::rock_ridge));
}

// An old session must not change before it is known what would change in it.
TEST(lazy_import, a_directory_that_is_none_is_not_relinked) {
  auto bytes = testing::bytes_of(plan(many_folders(), options_of({"", rock_ridge})));
  memory_medium medium(bytes);
  auto planned = plan_change(medium, true, deep_change);
  ASSERT_FALSE(planned.relinks.empty());
  planned.relinks.back().directory = {1};
  EXPECT_EQ(code_of([&] { append_session(medium, planned); }), base::errc::import_media_not_allowed);
  EXPECT_EQ(medium.now(), bytes);
}

}  // namespace
}  // namespace comeback::image
