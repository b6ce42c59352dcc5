// SPDX-License-Identifier: Apache-2.0
#include "image/append.hpp"

#include "image/import.hpp"
#include "image/test_image.hpp"
#include "image/test_medium.hpp"
#include "image/test_sessions.hpp"
#include "image/verify.hpp"
#include "optical/image_medium.hpp"

#include <csignal>
#include <map>
#include <random>

#include <sys/resource.h>

namespace comeback::image {
namespace {

using testing::after_a_cut;
using testing::code_of;
using testing::contents;
using testing::last_session;
using testing::memory_medium;
using testing::read_all;

struct kind {
  std::string title;
  file_system_set file_systems;
  int iso_level = 3;
  std::uint16_t revision = 0x0201;
  std::optional<udf::partition_type> partition{};
  bool mirror = true;
  bool appendable = true;  // false: its first session begins at block 0, as those of others
  eltorito::partitioning partitions = eltorito::partitioning::none;
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
          {"others_udf", udf_alone, 3, 0x0201, {}, true, false},
          {"mbr", iso, 3, 0x0201, {}, true, true, eltorito::partitioning::mbr},
          {"gpt_bridge", all, 3, 0x0201, {}, true, true, eltorito::partitioning::gpt},
          {"others_gpt_udf", udf_alone, 3, 0x0250, {}, true, false, eltorito::partitioning::gpt}};
}

options options_of(const kind& k) {
  options how;
  how.file_systems = k.file_systems;
  how.iso_level = k.iso_level;
  how.udf.revision = k.revision;
  how.udf.partition = k.partition;
  how.udf.mirror = k.mirror;
  how.appendable = k.appendable;
  how.disk.partitions = k.partitions;
  how.created = {1'700'000'000, 0};
  how.volume_name = "SESSIONS";
  return how;
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

// Partition tables reach to the end of every session as long as it is the last one, and boot code stays.
TEST_P(append_to, partition_tables_grow) {
  const auto first = last_session(medium_)->partitions();
  ASSERT_EQ(first.kind, GetParam().partitions);
  for (int i = 0; i < 3; ++i)
    append(medium_, [&](tree::file_tree& t) { t.add_directory(tree::root, "N" + std::to_string(i)); });
  for (const auto& one : find_sessions(*medium_.bytes())) {
    const auto now = open_session(medium_.bytes(), one).partitions();
    EXPECT_EQ(now.kind, first.kind);
    EXPECT_TRUE(now.faults.empty()) << one.number << ": " << base::to_string(now.faults.front());
    ASSERT_EQ(now.partitions.size(), first.partitions.size());
    if (now.kind == eltorito::partitioning::mbr) {
      EXPECT_EQ(now.partitions.front().sectors, one.end.value * 4) << one.number;
    }
  }
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
      // Variant 0 keeps the order; the others lose some of what was not waited for.
      memory_medium cut_off(
          after_a_cut(before, std::span(writes).first(cut), variant > 0 ? &random : nullptr));
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
  EXPECT_EQ(completed > 0, old.size() > 1 || GetParam().partitions != eltorito::partitioning::none);
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

// The last write in front of those at the medium's beginning is the first to which anything leads.
TEST(append, an_error_at_any_write_of_the_session_leaves_the_medium_as_it_was) {
  const auto change = [](tree::file_tree& t) {
    t.add_file(tree::root, "BIG", tree::memory_content(std::string(2'000'000, 'b')));
  };
  memory_medium whole(testing::sample_bytes(options_of({"", all})));
  const auto before = whole.now();
  append(whole, change);
  const auto& writes = whole.writes();
  const auto session = static_cast<std::size_t>(std::ranges::count_if(
      writes, [&](const auto& one) { return disk::offset_of(one.at) >= before.size(); }));
  ASSERT_GT(session, 8U);
  for (std::size_t i = 0; i < session; ++i) {
    memory_medium medium(before);
    medium.fail_at(i);
    EXPECT_EQ(code_of([&] { append(medium, change); }), base::errc::disk_full);
    EXPECT_TRUE(medium.now() == before) << i;
  }
}

class append_to_file : public testing::folder_test {
 protected:
  void make(optical::media_type type, std::uint64_t capacity) const {
    const auto bytes = testing::sample_bytes(options_of({"", all}));
    const auto unit = disk::bytes_in({optical::facts_of(type).write_unit});
    auto padded = bytes;
    padded.resize((bytes.size() + unit - 1) / unit * unit);
    const auto medium = optical::create_image_medium(path_, type, {capacity});
    medium->write({}, padded);
    medium->close_session(false);
  }
  void append_big(const std::function<void(const layout&)>& planned = {}) const {
    const auto medium = optical::open_image_medium(path_, optical::access::writing);
    const auto on = look_at(*medium);
    const auto old = std::make_shared<const opened_image>(open_session(on.bytes, on.sessions.back()));
    auto tree = import_tree(old, old->best());
    tree.add_file(tree::root, "big" + std::to_string(on.sessions.size()),
                  tree::memory_content(std::string(1'000'000, 'b')));
    const auto made = plan(std::move(tree), next_session(on, *old));
    if (planned) planned(made);
    append_session(*medium, made);
  }
  [[nodiscard]] std::vector<session> sessions() const {
    return look_at(*optical::open_image_medium(path_, optical::access::reading)).sessions;
  }

  const std::filesystem::path path_ = top_ / "x.iso";
};

TEST_F(append_to_file, a_full_disk_leaves_it_as_it_was) {
  make(optical::media_type::disk, 0);
  const auto before = testing::read_file(path_);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{before.size() + 500'000, old.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  EXPECT_EQ(code_of([&] { append_big(); }, &message), base::errc::disk_full);
  ::setrlimit(RLIMIT_FSIZE, &old);
  ::signal(SIGXFSZ, handler);
  EXPECT_NE(message.find("x.iso"), std::string::npos) << message;
  EXPECT_TRUE(testing::read_file(path_) == before);
  append_big();
  EXPECT_EQ(sessions().size(), 2U);
}

TEST_F(append_to_file, a_session_too_large_for_the_medium_is_refused_before_it_begins) {
  for (const auto type : {optical::media_type::dvd_plus_rw, optical::media_type::bd_re,
                          optical::media_type::dvd_ram, optical::media_type::dvd_plus_r}) {
    SCOPED_TRACE(optical::facts_of(type).name);
    make(type, 4096);
    const auto before = testing::read_file(path_);
    std::string message;
    std::uint64_t end = 0;
    const bool once = type == optical::media_type::dvd_plus_r;
    const auto code = code_of(
        [&] {
          for (int i = 0; i < 8; ++i) append_big([&](const layout& made) { end = made.end.value; });
        },
        &message);
    EXPECT_EQ(code, base::errc::image_size_limit) << message;
    EXPECT_GT(end, 4096U);
    EXPECT_NE(message.find("4096 blocks"), std::string::npos) << message;
    EXPECT_GE(sessions().size(), once ? 2U : 3U);
    EXPECT_LE(testing::read_file(path_).size(), 4096 * disk::block_size);
    const auto bytes = optical::open_image_medium(path_, optical::access::reading)->bytes();
    for (const auto& one : sessions()) expect_sound(open_session(bytes, one));
    std::filesystem::remove(path_);
    std::filesystem::remove(optical::record_path(path_));
  }
}

// What is written once: the record tells of the session when it is whole, and of nothing before.
TEST_F(append_to_file, a_cut_on_media_that_are_written_once_leaves_the_old_session) {
  for (const auto partition : {udf::partition_type::vat, udf::partition_type::plain}) {
    auto how = options_of({"", partition == udf::partition_type::vat ? udf_alone : all});
    how.udf.partition = partition;
    const auto bytes = testing::sample_bytes(how);
    {
      const auto medium = optical::create_image_medium(path_, optical::media_type::dvd_minus_r);
      medium->write({}, bytes);
      medium->close_session(false);
    }
    const auto record = testing::read_file(optical::record_path(path_));
    const auto old = read_all(opened_image(std::make_shared<disk::file_source>(path_)), file_system::udf);
    append_big();
    const auto whole = testing::read_file(path_);
    const auto begin = disk::offset_of(sessions().at(1).first);
    for (auto size = begin + 700; size <= whole.size(); size += 150'000) {
      write("x.iso", std::string_view(whole).substr(0, size));
      write("x.iso.medium", record);
      const auto cut = optical::open_image_medium(path_, optical::access::writing);
      const auto on = look_at(*cut);
      ASSERT_EQ(on.sessions.size(), 1U);
      EXPECT_EQ(read_all(open_session(on.bytes, on.sessions[0]), file_system::udf), old);
      EXPECT_TRUE(finish_append(*cut));
      EXPECT_FALSE(finish_append(*cut));
      EXPECT_TRUE(testing::read_file(path_) == std::string_view(whole).substr(0, bytes.size())) << size;
    }
    append_big();
    EXPECT_TRUE(testing::read_file(path_) == whole);
    const auto on = look_at(*optical::open_image_medium(path_, optical::access::reading));
    ASSERT_EQ(on.sessions.size(), 2U);
    for (const auto& one : on.sessions) expect_sound(open_session(on.bytes, one));
    EXPECT_EQ(read_all(open_session(on.bytes, on.sessions[0]), file_system::udf), old);
    EXPECT_EQ(read_all(open_session(on.bytes, on.sessions[1]), file_system::udf).size(), old.size() + 1);
    std::filesystem::remove(path_);
    std::filesystem::remove(optical::record_path(path_));
  }
}

// What a unit holds beside the blocks that change stays.
TEST_F(append_to_file, media_that_are_written_in_units) {
  for (const auto type : {optical::media_type::dvd_plus_rw, optical::media_type::dvd_ram,
                          optical::media_type::dvd_minus_rw, optical::media_type::bd_re}) {
    SCOPED_TRACE(optical::facts_of(type).name);
    make(type, 0);
    for (std::size_t i = 2; i < 5; ++i) {
      append_big();
      ASSERT_EQ(sessions().size(), i);
    }
    const auto bytes = optical::open_image_medium(path_, optical::access::reading)->bytes();
    expect_sound(opened_image(bytes));
    for (const auto& one : sessions()) expect_sound(open_session(bytes, one));
    std::filesystem::remove(path_);
    std::filesystem::remove(optical::record_path(path_));
  }
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
