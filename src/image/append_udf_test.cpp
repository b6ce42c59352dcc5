// SPDX-License-Identifier: Apache-2.0
// Sessions of UDF that write what changed and name the rest where it lies.
#include "image/append.hpp"
#include "image/import.hpp"
#include "image/lazy_import.hpp"
#include "image/test_image.hpp"
#include "image/test_medium.hpp"
#include "image/test_sessions.hpp"
#include "image/udf_volume.hpp"
#include "image/verify.hpp"

#include <map>
#include <random>
#include <set>
#include <span>

namespace comeback::image {
namespace {

using testing::after_a_cut;
using testing::code_of;
using testing::contents;
using testing::memory_medium;

struct kind {
  std::string title;
  std::uint16_t revision;
  std::optional<udf::partition_type> partition{};
  bool mirror = true;

  [[nodiscard]] bool is(udf::partition_type one) const {
    return partition.value_or(udf::usual_partition(revision)) == one;
  }
};

void PrintTo(const kind& k, std::ostream* to) { *to << k.title; }

using enum udf::partition_type;

std::vector<kind> kinds() {
  return {
      {"udf_1_02", 0x0102},      {"udf_1_50", 0x0150},      {"udf_2_01", 0x0201},
      {"udf_2_50", 0x0250},      {"udf_2_60", 0x0260},      {"udf_2_50_without_mirror", 0x0250, {}, false},
      {"vat_1_50", 0x0150, vat}, {"vat_2_01", 0x0201, vat}, {"vat_2_60", 0x0260, vat}};
}

options options_of(const kind& k) {
  options how;
  how.file_systems = {false, false, false, true};
  how.udf.revision = k.revision;
  how.udf.partition = k.partition;
  how.udf.mirror = k.mirror;
  how.created = {1'700'000'000, 0};
  how.volume_name = "SESSIONS";
  return how;
}

contents read_all(const opened_image& image) { return testing::read_all(image, file_system::udf); }

std::set<std::string> findings_of(const opened_image& image) {
  std::set<std::string> out;
  for (const auto& f : verify(image).findings) out.insert(f.path + ": " + f.what);
  return out;
}

// /a/b/c, /d/e and many files in /many; each with something in it.
tree::file_tree first_tree() {
  tree::file_tree t;
  const auto a = t.add_directory(tree::root, "a", {1000, 0});
  const auto c = t.add_directory(t.add_directory(a, "b"), "c");
  t.add_file(c, "deep", tree::memory_content(std::string(5000, 'd')), {1'600'000'000, 0});
  t.add_file(a, "small", tree::memory_content("a few bytes"));
  const auto two = t.add_file(a, "two names", tree::memory_content(std::string(7000, 't')));
  t.add_link(tree::root, "the other name", two);
  t.add_link(c, "out of sight", t.add_file(a, "linked", tree::memory_content(std::string(3000, 'l'))));
  t.add_symbolic_link(a, "link", "b/c/deep");
  t.add_file(t.add_directory(t.add_directory(tree::root, "d"), "e"), "f", tree::memory_content("f"));
  const auto many = t.add_directory(tree::root, "many");
  for (int i = 0; i < 300; ++i)
    t.add_file(many, "file " + std::to_string(i), tree::memory_content(std::string(2000 + i, 'm')));
  return t;
}

// The next session of a medium, of whose directories those are read, and changed.
layout plan_partly(const written_medium& on, const std::shared_ptr<const opened_image>& from,
                   const std::set<std::string>& open, const std::function<void(tree::file_tree&)>& change,
                   bool relink) {
  auto how = next_session(on, *from);
  how.created = {1'700'000'100, 0};
  lazy_import old(from, how);
  auto tree = old.root();
  for (const auto& path : open)
    if (const auto dir = old.find(tree, path).value(); tree.is_kept(dir)) old.open(tree, dir);
  change(tree);
  how.session.kept = old.kept(tree);
  how.session.relink = relink;
  return plan(std::move(tree), how);
}

// A medium of any kind in memory: one that is written in order takes each session behind the other.
class disc {
 public:
  explicit disc(const kind& k, tree::file_tree tree = first_tree())
      : in_order_(k.is(vat)), medium_(testing::bytes_of(plan(std::move(tree), options_of(k)))) {
    if (in_order_) all_.push_back({1, {}, end(), {}});
  }

  [[nodiscard]] std::shared_ptr<const opened_image> last() const {
    return std::make_shared<const opened_image>(medium_.bytes(), in_order_ ? all_.back().first : disk::lba{});
  }
  [[nodiscard]] written_medium looked_at() const {
    if (!in_order_) return look_at(medium_);
    return {medium_.bytes(), all_, false, session_behind(end())};
  }
  layout append(const std::set<std::string>& open, const std::function<void(tree::file_tree&)>& change,
                bool relink = false) {
    auto out = plan_partly(looked_at(), last(), open, change, relink);
    write(out);
    return out;
  }
  void write(const layout& plan) {
    if (!in_order_) return append_session(medium_, plan);
    medium_.write(plan.first, testing::bytes_of(plan));
    all_.push_back({static_cast<unsigned>(all_.size() + 1), plan.first, plan.end, {}});
  }
  [[nodiscard]] opened_image opened(std::size_t which) const {
    const auto all = in_order_ ? all_ : find_sessions(*medium_.bytes());
    return open_session(medium_.bytes(), all.at(which));
  }
  [[nodiscard]] memory_medium& medium() { return medium_; }

 private:
  [[nodiscard]] disk::lba end() const { return {medium_.now().size() / disk::block_size}; }

  bool in_order_;
  memory_medium medium_;
  std::vector<session> all_;
};

void add_directory(tree::file_tree& t) { t.add_directory(*t.find_path("/d"), "after"); }

class append_udf : public ::testing::TestWithParam<kind> {
 protected:
  // Of plain partitions, children that stay know a parent that is no more.
  [[nodiscard]] bool needs_relinks() const { return GetParam().is(plain); }
};

void add_one(tree::file_tree& t) {
  t.add_file(*t.find_path("/a"), "added", tree::memory_content(std::string(3000, '+')), {1'700'000'050, 0});
}

TEST_P(append_udf, shows_the_change_and_all_that_was) {
  disc d(GetParam());
  auto expected = read_all(*d.last());
  const auto old = expected;
  d.append({"/a"}, add_one, true);
  expected["/a/added"] = std::string(3000, '+');
  EXPECT_EQ(read_all(*d.last()), expected);
  EXPECT_EQ(findings_of(*d.last()), std::set<std::string>{});
  EXPECT_EQ(read_all(d.opened(0)), old);
}

TEST_P(append_udf, writes_only_what_changed) {
  disc d(GetParam());
  const auto plan = d.append({"/a"}, add_one);
  std::uint64_t nodes = 0, files = 0;
  for (const auto& e : plan.extents) {
    if (e.what == role::udf_nodes) nodes += e.blocks.value;
    if (e.what == role::file) files += e.blocks.value;
  }
  EXPECT_EQ(files, 2U);
  // The file set, the root and /a with their lists, the new ICB; in a metadata partition by units of 32
  // blocks: those of the root and /a, and a new one.
  EXPECT_LE(nodes, GetParam().is(metadata) ? (GetParam().mirror ? 192U : 96U) : 8U);
}

TEST_P(append_udf, a_parent_that_moved_is_told_in_relinked_sessions_alone) {
  disc compact(GetParam()), relinked(GetParam());
  EXPECT_EQ(compact.append({"/a"}, add_one).relinks.size(), 0U);
  EXPECT_EQ(findings_of(*compact.last()).empty(), !needs_relinks());
  // /a/b, /d, /many
  EXPECT_EQ(relinked.append({"/a"}, add_one, true).relinks.size(), needs_relinks() ? 3U : 0U);
  EXPECT_EQ(findings_of(*relinked.last()), std::set<std::string>{});
}

TEST_P(append_udf, what_goes_is_counted) {
  disc d(GetParam());
  auto expected = read_all(*d.last());
  d.append(
      {"/a"},
      [](tree::file_tree& t) {
        t.remove(*t.find_path("/many"));
        t.remove(*t.find_path("/a/small"));
      },
      true);
  std::erase_if(expected, [](const auto& one) { return one.first.starts_with("/many"); });
  expected.erase("/a/small");
  EXPECT_EQ(read_all(*d.last()), expected);
  EXPECT_EQ(findings_of(*d.last()), std::set<std::string>{});  // that counts names and links
}

TEST_P(append_udf, names_of_one_file_are_counted_anew_where_all_are_seen) {
  disc d(GetParam());
  auto expected = read_all(*d.last());
  d.append(
      {"/a"}, [](tree::file_tree& t) { t.remove(*t.find_path("/the other name")); }, true);
  expected.erase("/the other name");
  EXPECT_EQ(read_all(*d.last()), expected);
  EXPECT_EQ(findings_of(*d.last()), std::set<std::string>{});
  d.append(
      {"/a"},
      [](tree::file_tree& t) {
        const auto file = *t.find_path("/a/two names");
        t.add_link(*t.find_path("/a"), "third", file);
        t.add_link(tree::root, "fourth", file);
      },
      true);
  expected["/a/third"] = expected["/fourth"] = std::string(7000, 't');
  EXPECT_EQ(read_all(*d.last()), expected);
  EXPECT_EQ(findings_of(*d.last()), std::set<std::string>{});
}

TEST_P(append_udf, names_out_of_sight_need_every_directory) {
  disc d(GetParam());
  std::string message;
  const auto code = code_of(
      [&] { d.append({"/a"}, [](tree::file_tree& t) { t.remove(*t.find_path("/a/linked")); }); }, &message);
  EXPECT_EQ(code, base::errc::not_supported);
  EXPECT_NE(message.find("--append exact"), std::string::npos) << message;
}

TEST_P(append_udf, a_directory_that_goes_unread_may_hold_no_name_of_what_stays) {
  disc d(GetParam());
  const auto code =
      code_of([&] { d.append({"/a"}, [](tree::file_tree& t) { t.remove(*t.find_path("/a/b")); }); });
  EXPECT_EQ(code, base::errc::not_supported);  // /a/b/c/out of sight is /a/linked
}

TEST_P(append_udf, a_cut_leaves_the_old_session_or_the_new_one) {
  if (GetParam().is(vat)) GTEST_SKIP() << "What is written once is cut off behind the last table.";
  disc d(GetParam());
  const auto before = d.medium().now();
  const auto old = read_all(*d.last());
  d.append({"/a"}, add_one, true);
  const auto fresh = read_all(*d.last());
  const std::span all(d.medium().writes());
  std::mt19937 random(1);
  for (std::size_t cut = 0; cut <= all.size(); ++cut)
    for (const bool loses : {false, true}) {
      memory_medium medium(after_a_cut(before, all.first(cut), loses ? &random : nullptr));
      const auto is = read_all(opened_image(medium.bytes()));
      EXPECT_TRUE(is == old || is == fresh) << "cut " << cut;
      (void)finish_append(medium);
      EXPECT_EQ(read_all(opened_image(medium.bytes())), is) << "cut " << cut;
      const auto image = std::make_shared<const opened_image>(medium.bytes());
      append_session(medium, plan_partly(look_at(medium), image, {"/d"}, add_directory, true));
      EXPECT_EQ(read_all(open_session(medium.bytes(), find_sessions(*medium.bytes()).at(0))), old);
      auto wanted = is;
      wanted["/d/after"] = "/";
      EXPECT_EQ(read_all(opened_image(medium.bytes())), wanted) << "cut " << cut;
    }
}

TEST_P(append_udf, costs_what_changed_whatever_is_there) {
  std::vector<std::uint64_t> written;
  for (const int folders : {10, 200}) {
    tree::file_tree t = first_tree();
    for (int i = 0; i < folders; ++i) {
      const auto folder = t.add_directory(*t.find_path("/d/e"), "folder " + std::to_string(i));
      for (int k = 0; k < 10; ++k)
        t.add_file(folder, std::to_string(k), tree::memory_content(std::string(10, 'c')));
    }
    disc d(GetParam(), std::move(t));
    written.push_back(0);
    for (const auto& e : d.append({"/a"}, add_one).extents)
      if (e.what != role::padding) written.back() += e.blocks.value;
  }
  // Changed entries of a virtual allocation table may lie in blocks of their own.
  EXPECT_LE(written[1], written[0] + (GetParam().is(vat) ? 2 : 0));
}

TEST_P(append_udf, session_after_session) {
  disc d(GetParam());
  std::vector<contents> models{read_all(*d.last())};
  const std::vector<std::string> folders{"/a", "/a/b", "/a/b/c", "/d", "/d/e", "/many", ""};
  for (int i = 0; i < 14; ++i) {
    auto model = models.back();
    const auto& folder = folders[static_cast<std::size_t>(i) % folders.size()];
    const auto path = folder + "/new " + std::to_string(i);
    std::set<std::string> open;
    for (auto above = folder; !above.empty(); above.resize(above.rfind('/'))) open.insert(above);
    d.append(
        open,
        [&](tree::file_tree& t) {
          const auto dir = folder.empty() ? tree::root : *t.find_path(folder);
          const auto inner = t.add_directory(dir, "dir " + std::to_string(i));
          t.add_file(inner, "in it", tree::memory_content("new"));
          t.add_file(dir, path.substr(folder.size() + 1), tree::memory_content(std::string(9000, 'n')));
        },
        true);
    model[path] = std::string(9000, 'n');
    model[folder + "/dir " + std::to_string(i)] = "/";
    model[folder + "/dir " + std::to_string(i) + "/in it"] = "new";
    models.push_back(model);
    EXPECT_EQ(read_all(*d.last()), model) << i;
    EXPECT_EQ(findings_of(*d.last()), std::set<std::string>{}) << i;
  }
  for (std::size_t i = 0; i < models.size(); ++i) EXPECT_EQ(read_all(d.opened(i)), models[i]) << i;
}

TEST_P(append_udf, an_exact_session_follows) {
  disc d(GetParam());
  d.append({"/a"}, add_one, true);
  auto expected = read_all(*d.last());
  auto tree = import_tree(d.last(), file_system::udf);
  tree.add_directory(tree::root, "after");
  auto how = next_session(d.looked_at(), *d.last());
  d.write(plan(std::move(tree), how));
  expected["/after"] = "/";
  EXPECT_EQ(read_all(*d.last()), expected);
  EXPECT_EQ(findings_of(*d.last()), std::set<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(append, append_udf, ::testing::ValuesIn(kinds()),
                         [](const auto& one) { return one.param.title; });

TEST(append_udf, a_metadata_file_of_which_only_the_mirror_is_of_use_is_not_continued) {
  disc d({"", 0x0250});
  const auto sound = d.last();
  const auto& volume = static_cast<const udf_volume&>(sound->reader_of(file_system::udf)).volume();
  auto bytes = d.medium().now();
  bytes[static_cast<std::size_t>(volume.structures().set_at)] ^= std::byte{1};
  const memory_medium damaged(std::move(bytes));
  const auto image = std::make_shared<const opened_image>(damaged.bytes());
  EXPECT_EQ(code_of([&] { (void)plan_partly(look_at(damaged), image, {"/a"}, add_one, false); }),
            base::errc::not_supported);
}

TEST(append_udf, partitions_that_cannot_be_continued_so) {
  auto how = options_of({"", 0x0201, sparable});
  const memory_medium medium(testing::bytes_of(plan(first_tree(), how)));
  lazy_import old(std::make_shared<const opened_image>(medium.bytes()), how);
  auto tree = old.root();
  how.session.kept = old.kept(tree);
  EXPECT_EQ(code_of([&] { (void)plan(std::move(tree), how); }), base::errc::not_supported);
}

TEST(append_udf, a_child_that_is_damaged_is_a_reason_to_begin_nothing) {
  disc d({"", 0x0201});
  const auto old = d.last();
  const auto plan = plan_partly(d.looked_at(), old, {"/a"}, add_one, true);
  ASSERT_EQ(plan.relinks.size(), 3U);
  auto bytes = d.medium().now();
  bytes[static_cast<std::size_t>(disk::offset_of(plan.relinks[0].directory)) + 100] ^= std::byte{1};
  memory_medium damaged(std::move(bytes));
  std::string message;
  EXPECT_EQ(code_of([&] { append_session(damaged, plan); }, &message), base::errc::import_media_not_allowed);
  EXPECT_NE(message.find("--append exact"), std::string::npos) << message;
  EXPECT_TRUE(damaged.writes().empty());
}

}  // namespace
}  // namespace comeback::image
