// SPDX-License-Identifier: Apache-2.0
#include "iso9660/hierarchy.hpp"

#include "base/error.hpp"
#include "iso9660/names.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include <gtest/gtest.h>

namespace comeback::iso9660 {
namespace {

base::errc code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::error& e) {
    return e.code();
  }
  return base::errc::ok;
}

struct seen {
  directory_record fixed;
  std::string identifier;
};

// The records of a directory, taken apart without the reader.
std::vector<seen> records_of(std::span<const std::byte> bytes) {
  std::vector<seen> out;
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes[at] == std::byte{0}) {
      at = (at / 2048 + 1) * 2048;
      continue;
    }
    seen s;
    std::memcpy(&s.fixed, bytes.data() + at, sizeof(s.fixed));
    s.identifier.assign(reinterpret_cast<const char*>(bytes.data() + at + 33), s.fixed.identifier_length);
    EXPECT_LE(at % 2048 + s.fixed.length, 2048U);
    at += s.fixed.length;
    out.push_back(s);
  }
  return out;
}

disk::lba nowhere(tree::content_id) { return {}; }

std::vector<std::byte> bytes_of(const hierarchy& h) {
  std::vector<std::byte> out(disk::bytes_in(h.blocks()));
  h.render(0, out);
  return out;
}

TEST(hierarchy, an_empty_root_is_one_block_that_knows_itself) {
  const tree::file_tree t;
  const names plain(2);
  hierarchy h(t, plain, {});
  h.place({100}, nowhere);
  const auto records = records_of(bytes_of(h));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].identifier, std::string("\0", 1));
  EXPECT_EQ(records[1].identifier, std::string("\1", 1));
  for (const auto& r : records) {
    EXPECT_EQ(r.fixed.extent.value(), 100U);
    EXPECT_EQ(r.fixed.size.value(), 2048U);
    EXPECT_EQ(r.fixed.length, 34);
  }
  EXPECT_EQ(h.path_table_bytes(), 10U);
}

TEST(hierarchy, records_stay_within_blocks_and_are_all_there) {
  tree::file_tree t;
  for (int i = 0; i < 500; ++i)
    t.add_file(tree::root, "some file name " + std::to_string(i), tree::memory_content(""));
  const names plain(2);
  hierarchy h(t, plain, {});
  h.place({100}, nowhere);
  EXPECT_EQ(records_of(bytes_of(h)).size(), 502U);
}

// Small directories, one that is read in many parts, and what lies behind all of them.
TEST(hierarchy, any_part_is_that_part_of_the_whole) {
  tree::file_tree t;
  const auto large = t.add_directory(tree::root, "large");
  for (int i = 0; i < 2000; ++i) t.add_directory(large, "directory " + std::to_string(i));
  for (int i = 0; i < 300; ++i)
    t.add_file(tree::root, "some file name " + std::to_string(i), tree::memory_content(""));
  const names plain(2);
  hierarchy h(t, plain, {});
  h.place({100}, nowhere);
  const auto whole = bytes_of(h);
  ASSERT_GT(whole.size(), 2000U * 2048);
  for (const std::size_t size : {1000U, 2048U, 5000U, 70000U, 300000U})
    for (std::size_t at = 0; at < whole.size(); at += size) {
      std::vector<std::byte> part(std::min(size, whole.size() - at));
      h.render(at, part);
      ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(at)))
          << size << " bytes at " << at;
    }
}

TEST(hierarchy, path_tables_are_in_order_of_level_parent_and_name) {
  tree::file_tree t;
  const auto b = t.add_directory(tree::root, "B");
  const auto a = t.add_directory(tree::root, "A");
  t.add_directory(b, "AA");
  t.add_directory(a, "ZZ");
  const names plain(2);
  hierarchy h(t, plain, {});
  h.place({50}, nowhere);
  const auto table = h.path_table(std::endian::little);
  std::vector<std::string> order;
  std::vector<unsigned> parents;
  for (std::size_t at = 0; at < table.size();) {
    path_record_l r;
    std::memcpy(&r, table.data() + at, sizeof(r));
    order.emplace_back(reinterpret_cast<const char*>(table.data() + at + 8), r.identifier_length);
    parents.push_back(r.parent);
    at += 8U + r.identifier_length + r.identifier_length % 2;
  }
  EXPECT_EQ(order, (std::vector<std::string>{std::string("\0", 1), "A", "B", "ZZ", "AA"}));
  EXPECT_EQ(parents, (std::vector<unsigned>{1, 1, 1, 2, 3}));
  EXPECT_EQ(table.size(), h.path_table_bytes());
  EXPECT_EQ(h.path_table(std::endian::big).size(), table.size());
}

TEST(hierarchy, strict_iso_ends_at_eight_levels) {
  tree::file_tree t;
  auto at = tree::root;
  for (int i = 2; i <= 8; ++i) at = t.add_directory(at, "D" + std::to_string(i));
  EXPECT_NO_THROW(hierarchy(t, names(2), {.strict = true}));
  t.add_directory(at, "D9");
  EXPECT_EQ(code_of([&] { hierarchy(t, names(2), {.strict = true}); }), base::errc::iso9660_levels);
  EXPECT_NO_THROW(hierarchy(t, names(2), {}));
}

TEST(hierarchy, a_parent_that_has_no_number_is_refused) {
  tree::file_tree t;
  tree::node_id last{};
  for (int i = 0; i < 65534; ++i) last = t.add_directory(tree::root, "D" + std::to_string(100000 + i));
  t.add_directory(last, "CHILD");  // of directory number 65535, the last that can be a parent
  EXPECT_NO_THROW(hierarchy(t, names(2), {}));
  t.add_directory(t.add_directory(tree::root, "Z"), "CHILD");
  EXPECT_EQ(code_of([&] { hierarchy(t, names(2), {}); }), base::errc::too_many_directories);
}

TEST(hierarchy, a_large_file_has_sections_at_level_3_only) {
  tree::file_tree t;
  const std::uint64_t size = 0xFFFFF800ULL * 2 + 1;
  t.add_placed_file(tree::root, "BIG", 1000, size);
  EXPECT_EQ(code_of([&] { hierarchy(t, names(2), {.multiple_sections = false}); }), base::errc::data_too_big);
  const names plain(2);
  hierarchy h(t, plain, {});
  h.place({50}, [](tree::content_id) { return disk::lba{1000}; });
  const auto records = records_of(bytes_of(h));
  ASSERT_EQ(records.size(), 5U);
  EXPECT_EQ(records[2].fixed.flags, file_flags::more_sections);
  EXPECT_EQ(records[3].fixed.flags, file_flags::more_sections);
  EXPECT_EQ(records[4].fixed.flags, 0);
  EXPECT_EQ(records[3].fixed.extent.value(), 1000U + 0xFFFFF800ULL / 2048);
  EXPECT_EQ(records[4].fixed.extent.value(), 1000U + 2 * (0xFFFFF800ULL / 2048));
  EXPECT_EQ(records[4].fixed.size.value(), 1U);
}

TEST(hierarchy, a_file_of_more_sections_than_linux_reads_is_refused) {
  tree::file_tree t;
  t.add_placed_file(tree::root, "HUGE", 1000, 0xFFFFF800ULL * 100 + 1);
  EXPECT_EQ(code_of([&] { hierarchy(t, names(2), {}); }), base::errc::data_too_big);
}

// 7 directories of 31 bytes, and one byte each for being there: 224 of the 255 (ECMA-119 6.8.2.1).
TEST(hierarchy, strict_iso_counts_a_file_s_own_identifier) {
  tree::file_tree t;
  auto at = tree::root;
  for (int i = 0; i < 7; ++i) at = t.add_directory(at, std::string(31, 'D'));
  t.add_file(at, std::string(28, 'F'), tree::memory_content(""));  // 31 with ".;1"
  EXPECT_NO_THROW(hierarchy(t, names(2), {.strict = true}));
  t.add_file(at, std::string(29, 'G'), tree::memory_content(""));
  EXPECT_EQ(code_of([&] { hierarchy(t, names(2), {.strict = true}); }), base::errc::iso9660_levels);
  EXPECT_NO_THROW(hierarchy(t, names(2), {}));
}

}  // namespace
}  // namespace comeback::iso9660
