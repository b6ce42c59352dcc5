// SPDX-License-Identifier: Apache-2.0
#include "image/append.hpp"

#include "image/import.hpp"
#include "image/test_image.hpp"
#include "image/test_medium.hpp"
#include "image/verify.hpp"

#include <map>
#include <random>

namespace comeback::image {
namespace {

using testing::code_of;
using testing::memory_medium;

struct kind {
  std::string title;
  file_system_set file_systems;
  int iso_level = 3;
  std::uint16_t revision = 0x0201;
  std::optional<udf::partition_type> partition{};
  bool mirror = true;
  bool appendable = true;  // false: its first session begins at block 0, as those of others
};

constexpr file_system_set plain{true, false, false, false}, all{true, true, true, true},
    iso{true, true, true, false}, udf_alone{false, false, false, true};

void PrintTo(const kind& k, std::ostream* to) { *to << k.title; }

std::vector<kind> kinds() {
  return {{"iso9660", plain},
          {"joliet_and_rock_ridge", iso},
          {"level_4", iso, 4},
          {"bridge", all},
          {"udf_1_02", udf_alone, 3, 0x0102},
          {"udf_2_01", udf_alone},
          {"udf_2_50", udf_alone, 3, 0x0250},
          {"udf_2_60_without_mirror", udf_alone, 3, 0x0260, {}, false},
          {"bridge_2_50", all, 3, 0x0250},
          {"others_iso9660", iso, 3, 0x0201, {}, true, false},
          {"others_bridge", all, 3, 0x0201, {}, true, false},
          {"others_udf", udf_alone, 3, 0x0201, {}, true, false}};
}

options options_of(const kind& k) {
  options how;
  how.file_systems = k.file_systems;
  how.iso_level = k.iso_level;
  how.udf.revision = k.revision;
  how.udf.partition = k.partition;
  how.udf.mirror = k.mirror;
  how.appendable = k.appendable;
  how.created = {1'700'000'000, 0};
  how.volume_name = "SESSIONS";
  return how;
}

// What a tree holds, by path: contents as they are read, "/" at directories.
using contents = std::map<std::string, std::string>;

contents read_all(const opened_image& image, file_system fs) {
  contents out;
  const auto done = image.walk(fs, [&](const std::string& path, const entry& e) {
    if (e.directory) return out.emplace(path, "/"), true;
    std::string text(static_cast<std::size_t>(e.size), '\0');
    const auto n = image.read(e, 0, std::as_writable_bytes(std::span(text)));
    EXPECT_TRUE(n) << path << ": " << base::to_string(n.error());
    out.emplace(path, text);
    return true;
  });
  EXPECT_TRUE(done) << base::to_string(done.error());
  return out;
}

std::shared_ptr<const opened_image> last_session(const memory_medium& medium) {
  return std::make_shared<const opened_image>(medium.bytes());
}

layout plan_change(const memory_medium& medium, const std::function<void(tree::file_tree&)>& change) {
  const auto bytes = medium.bytes();
  const auto image = std::make_shared<const opened_image>(bytes);
  auto tree = import_tree(image, image->best());
  change(tree);
  auto how = next_session(look_at(medium), *image);
  how.created = {1'700'000'100, 0};
  return plan(std::move(tree), how);
}

void append(memory_medium& medium, const std::function<void(tree::file_tree&)>& change) {
  append_session(medium, plan_change(medium, change));
}

void expect_sound(const opened_image& image) {
  const auto found = verify(image);
  for (const auto& f : found.findings) ADD_FAILURE() << name_of(f.fs) << f.path << ": " << f.what;
}

tree::file_tree first_tree() {
  tree::file_tree t;
  const auto docs = t.add_directory(tree::root, "DOCS", {1000, 0});
  t.add_file(docs, "EMPTY", tree::memory_content(""));
  t.add_file(docs, "SMALL", tree::memory_content("a few bytes"), {1700000000, 0});
  const auto deeper = t.add_directory(t.add_directory(docs, "DEEP"), "DEEPER");
  t.add_file(deeper, "BOTTOM.BIN", tree::memory_content(std::string(5000, 'y')));
  t.add_file(tree::root, "SECOND", tree::memory_content(std::string(6000, 'x')));
  t.add_directory(tree::root, "FOLDER");
  return t;
}

void first_change(tree::file_tree& t) {
  t.add_file(*t.find_path("/DOCS"), "ADDED", tree::memory_content(std::string(3000, 'a')), {1700000050, 0});
  t.remove(*t.find_path("/SECOND"));
}

class append_to : public ::testing::TestWithParam<kind> {
 protected:
  memory_medium medium_{testing::bytes_of(plan(first_tree(), options_of(GetParam())))};
};

TEST_P(append_to, shows_the_change_in_every_file_system_and_keeps_what_was) {
  const auto before = last_session(medium_);
  std::map<file_system, contents> old;
  for (const auto& v : before->volumes()) old[v.fs] = read_all(*before, v.fs);
  append(medium_, first_change);
  const auto after = last_session(medium_);
  expect_sound(*after);
  ASSERT_EQ(after->volumes().size(), before->volumes().size());
  auto expected = old[before->best()];
  expected["/DOCS/ADDED"] = std::string(3000, 'a');
  expected.erase("/SECOND");
  EXPECT_EQ(read_all(*after, after->best()), expected);
  for (const auto& v : after->volumes()) {
    const auto now = read_all(*after, v.fs);
    EXPECT_EQ(now.size(), old[v.fs].size()) << name_of(v.fs);
    EXPECT_EQ(v.volume_name, "SESSIONS");
  }
  // The older session is there as it was, in every file system.
  const auto sessions = find_sessions(*medium_.bytes());
  ASSERT_EQ(sessions.size(), 2U);
  const auto first = open_session(medium_.bytes(), sessions[0]);
  expect_sound(first);
  ASSERT_EQ(first.volumes().size(), before->volumes().size());
  for (const auto& v : first.volumes()) EXPECT_EQ(read_all(first, v.fs), old[v.fs]) << name_of(v.fs);
}

TEST_P(append_to, contents_stay_where_they_are) {
  const auto added = plan_change(medium_, first_change);
  std::uint64_t files = 0;
  for (const auto& e : added.extents)
    if (e.what == role::file) files += e.blocks.value;
  // What lies in an ICB is written with it; everything else is the one new file.
  EXPECT_LE(files, 2U);
}

TEST_P(append_to, ten_sessions_are_each_as_they_were) {
  std::vector<contents> models;
  models.push_back(read_all(*last_session(medium_), last_session(medium_)->best()));
  for (int i = 0; i < 9; ++i) {
    auto model = models.back();
    const auto name = "FILE" + std::to_string(i);
    append(medium_, [&](tree::file_tree& t) {
      t.add_file(tree::root, name, tree::memory_content(std::string(static_cast<std::size_t>(i) * 900, 'b')));
      if (i == 4) t.remove(*t.find_path("/DOCS/DEEP"));
      if (i > 1) t.remove(*t.find_path("/FILE" + std::to_string(i - 2)));
    });
    model["/" + name] = std::string(static_cast<std::size_t>(i) * 900, 'b');
    if (i == 4) std::erase_if(model, [](const auto& one) { return one.first.starts_with("/DOCS/DEEP"); });
    if (i > 1) model.erase("/FILE" + std::to_string(i - 2));
    models.push_back(std::move(model));
  }
  const auto sessions = find_sessions(*medium_.bytes());
  ASSERT_EQ(sessions.size(), models.size());
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const auto image = open_session(medium_.bytes(), sessions[i]);
    expect_sound(image);
    EXPECT_EQ(read_all(image, image.best()), models[i]) << "session " << i + 1;
  }
}

// What a disk may have of an append when the power goes: all writes before the last sync that returned, and
// of those after it any, each whole.
TEST_P(append_to, a_cut_leaves_in_each_file_system_the_old_session_or_the_new_one) {
  const auto before = medium_.now();
  std::map<file_system, contents> old, fresh;
  const auto was = last_session(medium_);
  for (const auto& v : was->volumes()) old[v.fs] = read_all(*was, v.fs);
  append(medium_, first_change);
  const auto is = last_session(medium_);
  for (const auto& v : is->volumes()) fresh[v.fs] = read_all(*is, v.fs);
  const auto& writes = medium_.writes();
  std::mt19937 random(1);
  unsigned completed = 0;
  for (std::size_t cut = 0; cut <= writes.size(); ++cut) {
    for (int variant = 0; variant < 4; ++variant) {
      const auto epoch = cut == 0 ? 0 : writes[cut - 1].epoch;
      auto bytes = before;
      for (std::size_t i = 0; i < cut; ++i) {
        // Variant 0 keeps the order; the others lose some of what was not waited for.
        if (writes[i].epoch == epoch && variant > 0 && random() % 2 == 0) continue;
        const auto at = static_cast<std::size_t>(disk::offset_of(writes[i].at));
        bytes.resize(std::max(bytes.size(), at + writes[i].bytes.size()));
        std::ranges::copy(writes[i].bytes, bytes.begin() + static_cast<std::ptrdiff_t>(at));
      }
      memory_medium cut_off(std::move(bytes));
      const auto image = last_session(cut_off);
      ASSERT_EQ(image->volumes().size(), old.size()) << cut << ' ' << variant;
      for (const auto& [fs, before_it] : old) {
        const auto now = read_all(*image, fs);
        EXPECT_TRUE(now == before_it || now == fresh[fs])
            << name_of(fs) << ", cut " << cut << ", variant " << variant;
      }
      completed += finish_append(cut_off) ? 1 : 0;
      const auto mended = last_session(cut_off);
      const bool is_new = read_all(*mended, mended->best()) == fresh[mended->best()];
      for (const auto& [fs, before_it] : old)
        EXPECT_EQ(read_all(*mended, fs), is_new ? fresh[fs] : before_it) << name_of(fs) << ", cut " << cut;
      append(cut_off, [](tree::file_tree& t) { t.add_directory(tree::root, "AFTER"); });
      expect_sound(*last_session(cut_off));
    }
  }
  EXPECT_EQ(completed > 0, old.size() > 1);
}

INSTANTIATE_TEST_SUITE_P(append, append_to, ::testing::ValuesIn(kinds()),
                         [](const auto& one) { return one.param.title; });

TEST(append, a_full_medium_leaves_the_old_session) {
  memory_medium medium(testing::sample_bytes(options_of({"", all})));
  const auto old = read_all(*last_session(medium), file_system::udf);
  medium.fail_at(1);
  EXPECT_EQ(code_of([&] { append(medium, [](tree::file_tree& t) { t.add_directory(tree::root, "new"); }); }),
            base::errc::disk_full);
  EXPECT_EQ(read_all(*last_session(medium), file_system::udf), old);
  EXPECT_EQ(find_sessions(*medium.bytes()).size(), 1U);
}

TEST(append, partitions_that_take_no_session_on_such_media) {
  for (const auto kind : {udf::partition_type::vat, udf::partition_type::sparable}) {
    const memory_medium medium(testing::sample_bytes(options_of({"", udf_alone, 3, 0x0201, kind})));
    std::string message;
    EXPECT_EQ(code_of([&] { (void)plan_change(medium, [](tree::file_tree&) {}); }, &message),
              base::errc::import_media_not_allowed);
    EXPECT_NE(message.find("test.iso"), std::string::npos);
  }
}

}  // namespace
}  // namespace comeback::image
