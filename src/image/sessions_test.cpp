// SPDX-License-Identifier: Apache-2.0
#include "image/sessions.hpp"

#include "image/append.hpp"
#include "image/import.hpp"
#include "image/test_image.hpp"
#include "image/test_medium.hpp"

#include <algorithm>
#include <random>

namespace comeback::image {
namespace {

using testing::code_of;
using testing::memory_medium;

options plain() {
  options how;
  how.file_systems = {true, true, true, true};
  how.volume_name = "SESSIONS";
  return how;
}

void append(memory_medium& medium, const std::string& folder) {
  const auto image = std::make_shared<const opened_image>(medium.bytes());
  auto tree = import_tree(image, image->best());
  tree.add_directory(tree::root, folder);
  append_session(medium, plan(std::move(tree), next_session(look_at(medium), *image)));
}

std::unique_ptr<memory_medium> three_sessions(const options& how = plain()) {
  auto out = std::make_unique<memory_medium>(testing::sample_bytes(how));
  append(*out, "two");
  append(*out, "three");
  return out;
}

std::vector<disk::lba> starts(const disk::source& bytes) {
  std::vector<disk::lba> out;
  for (const auto& one : find_sessions(bytes)) out.push_back(one.first);
  return out;
}

TEST(session_chain, each_begins_where_the_one_before_ends) {
  const auto medium = three_sessions();
  const auto found = find_sessions(*medium->bytes());
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].first, disk::lba{first_session.value});
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].number, i + 1);
    EXPECT_EQ(found[i].first.value % session_alignment, 0U);
    if (i == 0) continue;
    EXPECT_EQ(found[i].first.value, (found[i - 1].end.value + 31) / 32 * 32);
  }
  EXPECT_EQ(disk::offset_of(found.back().end), medium->now().size());
}

// In units of DVDs, and without our record.
TEST(session_chain, growisofs_rounds_to_sixteen_blocks) {
  for (std::size_t blocks = 1; blocks < 33; ++blocks) {
    tree::file_tree t;
    t.add_file(tree::root, "A", tree::memory_content(std::string(blocks * disk::block_size, 'x')));
    auto first = plain();
    first.file_systems.udf = false;
    memory_medium medium(testing::bytes_of(plan(t, first)));
    const auto on = look_at(medium);
    const disk::lba near{(on.sessions.back().end.value + 15) / 16 * 16};
    if (near == on.next) continue;
    const auto append = [&](bool theirs) {
      const auto old = std::make_shared<const opened_image>(medium.bytes());
      auto how = next_session(look_at(medium), *old);
      if (theirs) how.first_block = near;
      if (theirs) how.session.system_area.clear();
      append_session(medium, plan(import_tree(old, old->best()), how));
    };
    append(true);
    ASSERT_EQ(find_sessions(*medium.bytes()).size(), 2U);
    EXPECT_EQ(find_sessions(*medium.bytes())[1].first, near);
    append(false);
    EXPECT_EQ(find_sessions(*medium.bytes()).size(), 3U);
    return;
  }
  FAIL() << "all end so that there is no difference";
}

// A file that is an image, at the very place where a first session may begin.
TEST(session_chain, an_image_in_an_image_is_no_session) {
  for (const auto& systems :
       {file_system_set{true, true, false, false}, file_system_set{false, false, false, true}}) {
    auto how = plain();
    how.file_systems = systems;
    how.appendable = false;
    const auto nested = testing::sample_bytes(how);
    how.file_systems = {true, false, false, false};
    tree::file_tree t;
    // In front of it, so many blocks that it begins at block 32.
    const auto text = [](std::size_t blocks) { return std::string(blocks * disk::block_size, 'x'); };
    const auto inner = std::string(testing::text_of(nested));
    t.add_file(tree::root, "A", tree::memory_content(text(1)));
    t.add_file(tree::root, "B", tree::memory_content(inner));
    const auto place = [&](const layout& p) { return p.extents.back().at.value; };
    const auto before = place(plan(t, how));
    ASSERT_LT(before, 32U);
    t.set_content(*t.find_path("/A"), tree::memory_content(text(33 - before)));
    const auto p = plan(t, how);
    ASSERT_EQ(place(p), 32U);
    EXPECT_EQ(starts(disk::memory_source(testing::bytes_of(p))), std::vector<disk::lba>{{}});
  }
}

TEST(session_chain, an_image_that_is_none_has_none) {
  EXPECT_TRUE(find_sessions(disk::memory_source(std::vector<std::byte>(1 << 20))).empty());
  EXPECT_TRUE(find_sessions(disk::memory_source({})).empty());
}

// What a first session at block 0 loses to the second is kept, and what is kept can be damaged.
TEST(session_chain, a_damaged_record_loses_the_first_session_and_no_other) {
  auto how = plain();
  how.appendable = false;
  auto medium = three_sessions(how);
  const auto before = starts(*medium->bytes());
  ASSERT_EQ(before.size(), 3U);
  EXPECT_EQ(before[0].value, 0U);
  for (const auto place : {std::size_t{0}, std::size_t{33}, std::size_t{1030}, std::size_t{5000}}) {
    auto bytes = medium->now();
    bytes[disk::offset_of(before[1]) + place] ^= std::byte{1};
    const disk::memory_source damaged(std::move(bytes), "test.iso");
    EXPECT_EQ(starts(damaged), std::vector(before.begin() + 1, before.end())) << place;
  }
}

TEST(session_chain, a_record_is_read_as_it_was_written) {
  session_record record{{64}, {}};
  for (std::uint64_t i = 16; i < 16 + session_record::most_kept; ++i)
    record.kept[{i}] = std::vector<std::byte>(disk::block_size, static_cast<std::byte>(i));
  auto bytes = record.bytes();
  bytes.insert(bytes.begin(), 96 * disk::block_size, std::byte{});
  const auto back = session_record::read(disk::memory_source(bytes), {96});
  ASSERT_TRUE(back);
  EXPECT_EQ(back->previous, record.previous);
  EXPECT_EQ(back->kept, record.kept);
  record.kept[{99}] = std::vector<std::byte>(disk::block_size);
  EXPECT_EQ(code_of([&] { (void)record.bytes(); }), base::errc::not_supported);
}

// A record that leads forward would be a circle.
TEST(session_chain, a_record_leads_back_only) {
  auto bytes = session_record{{96}, {}}.bytes();
  bytes.insert(bytes.begin(), 96 * disk::block_size, std::byte{});
  EXPECT_FALSE(session_record::read(disk::memory_source(bytes), {96}));
}

TEST(session_chain, sizes_that_lie_end_the_search) {
  const auto medium = three_sessions();
  const auto all = starts(*medium->bytes());
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    auto bytes = medium->now();
    const auto session = all[random() % all.size()];
    // In the descriptors and the anchor of a session, or at the beginning.
    const auto base = random() % 3 == 0 ? 0 : disk::offset_of(session);
    const auto block = random() % 2 == 0 ? 16 + random() % 4 : 256;
    bytes[base + block * disk::block_size + random() % 300] = static_cast<std::byte>(random());
    const auto source = std::make_shared<const disk::memory_source>(std::move(bytes), "test.iso");
    const auto found = find_sessions(*source);
    for (std::size_t k = 0; k < found.size(); ++k) {
      EXPECT_LE(disk::offset_of(found[k].end), source->size());
      EXPECT_LE(k == 0 ? disk::lba{} : found[k - 1].end, found[k].first);
      (void)code_of([&] { (void)open_session(source, found[k]).volumes(); });
    }
  }
}

TEST(session_chain, an_image_cut_anywhere_is_no_crash) {
  const auto medium = three_sessions();
  for (std::size_t size = 0; size < medium->now().size(); size += 2048UL * 7) {
    const auto source = std::make_shared<const disk::memory_source>(
        std::vector(medium->now().begin(), medium->now().begin() + static_cast<std::ptrdiff_t>(size)),
        "test.iso");
    for (const auto& one : find_sessions(*source))
      (void)code_of([&] { (void)open_session(source, one).volumes(); });
  }
}

}  // namespace
}  // namespace comeback::image
