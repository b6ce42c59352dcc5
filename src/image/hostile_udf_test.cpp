// SPDX-License-Identifier: Apache-2.0
// UDF images that no writer makes: what they say is never believed, what is sound in them is listed.
#include "image/checksums.hpp"
#include "image/extract.hpp"
#include "image/test_hostile.hpp"
#include "image/test_image.hpp"
#include "image/verify.hpp"
#include "udf/test_grown_volume.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace comeback::image {
namespace {

using base::fault;
using testing::code_of;
using testing::open_bytes;
using udf::extent_type;
using udf::testing::grown_volume;
using udf::testing::small_volume;

struct walked {
  std::string names;
  std::optional<base::parse_error> fault;
};

walked walk_of(const opened_image& image) {
  walked out;
  const auto done = image.walk(file_system::udf, [&](const std::string& path, const entry& e) {
    out.names += path + (e.fault ? "! " : " ");
    return true;
  });
  if (!done) out.fault = done.error();
  return out;
}

std::string findings_of(const opened_image& image) {
  std::string out;
  for (const auto& f : verify(image).findings) out += f.path + ": " + f.what + "\n";
  return out;
}

std::vector<std::byte> extent(extent_type type, std::uint32_t bytes, std::uint32_t at) {
  std::vector<std::byte> out;
  grown_volume::append_extent(out, type, bytes, at);
  return out;
}

// `blocks` allocation extents full of holes of a block each, the last of which leads on to `end`, or nowhere.
std::uint32_t add_chain(grown_volume& v, std::uint32_t blocks, bool to_itself) {
  const auto first = v.add_blocks(blocks);
  for (std::uint32_t i = 0; i < blocks; ++i) {
    std::vector<std::byte> list;
    for (int k = 0; k < 250; ++k) grown_volume::append_extent(list, extent_type::hole, 2048, 0);
    if (i + 1 < blocks || to_itself)
      grown_volume::append_extent(list, extent_type::continuation, 2048,
                                  i + 1 < blocks ? first + i + 1 : first);
    v.put_extents(first + i, list);
  }
  return first;
}

TEST(hostile_udf, a_directory_in_itself_is_told_after_everything_else) {
  grown_volume v;
  v.set_root({{"a", small_volume::embedded_file},
              {"again", small_volume::root},
              {"b", small_volume::embedded_file}});
  const auto image = open_bytes(v.bytes());
  const auto seen = walk_of(image);
  EXPECT_EQ(seen.names, "/a /again /b ");
  ASSERT_TRUE(seen.fault);
  EXPECT_EQ(seen.fault->what, fault::loop);
  EXPECT_EQ(seen.fault->offset, small_volume::at(small_volume::root));
  EXPECT_NE(findings_of(image).find("a loop"), std::string::npos);
}

TEST(hostile_udf, a_broken_directory_does_not_hide_the_others) {
  grown_volume v;
  const std::vector<std::byte> garbage(2048, std::byte{0x55});
  const auto bad =
      v.add_file(2048, extent(extent_type::recorded, 2048, v.add(garbage)), udf::file_type::directory);
  v.set_root({{"bad", bad}, {"good", small_volume::embedded_file}, {"none", 20}});
  const auto seen = walk_of(open_bytes(v.bytes()));
  EXPECT_EQ(seen.names, "/bad /good /none! ");
  ASSERT_TRUE(seen.fault);
  EXPECT_EQ(seen.fault->field, "file identifier: tag checksum");
}

TEST(hostile_udf, many_names_of_one_endless_chain_are_a_fault) {
  grown_volume v;
  const auto chain = add_chain(v, 40, true);
  const auto file = v.add_file(1ULL << 40, extent(extent_type::continuation, 2048, chain));
  std::vector<std::pair<std::string, std::uint32_t>> names;
  for (int i = 0; i < 2000; ++i) names.emplace_back(std::to_string(i), file);
  v.set_root(names);
  const auto image = open_bytes(v.bytes());
  const auto listed = image.list(file_system::udf, image.root(file_system::udf));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().what, fault::out_of_range);
  EXPECT_NE(listed.error().field.find("far larger than the image"), std::string::npos);
}

TEST(hostile_udf, a_chain_without_end_is_the_fault_of_one_file) {
  grown_volume v;
  const auto file = v.add_file(1ULL << 40, extent(extent_type::continuation, 2048, add_chain(v, 3, true)));
  v.set_root({{"a", small_volume::embedded_file}, {"endless", file}, {"z", small_volume::embedded_file}});
  const auto image = open_bytes(v.bytes());
  EXPECT_EQ(walk_of(image).names, "/a /endless! /z ");
  EXPECT_EQ(image.find(file_system::udf, "/endless")->fault->what, fault::loop);
}

TEST(hostile_udf, many_files_of_one_chain_are_not_read_without_end) {
  grown_volume v;
  const auto chain = extent(extent_type::continuation, 2048, add_chain(v, 40, false));
  std::vector<std::pair<std::string, std::uint32_t>> names;
  for (int i = 0; i < 300; ++i) names.emplace_back(std::to_string(i), v.add_file(40 * 250 * 2048, chain));
  v.set_root(names);
  const auto found = findings_of(open_bytes(v.bytes()));
  EXPECT_NE(found.find("the allocation extents together are larger than the image"), std::string::npos)
      << found;
}

// Every directory of a deep tree has the next one first, and then the same file of many extents.
TEST(hostile_udf, entries_that_wait_on_the_way_down_are_bounded) {
  constexpr std::uint32_t extents = 20 * 250, levels = 1000;
  grown_volume v;
  const auto first = v.add_blocks(20);
  for (std::uint32_t i = 0; i < 20; ++i) {
    std::vector<std::byte> list;
    for (std::uint32_t k = 0; k < 250; ++k)
      grown_volume::append_extent(list, k % 2 == 0 ? extent_type::recorded : extent_type::hole, 2048,
                                  small_volume::far_first);
    if (i + 1 < 20) grown_volume::append_extent(list, extent_type::continuation, 2048, first + i + 1);
    v.put_extents(first + i, list);
  }
  const auto file = v.add_file(extents * 2048, extent(extent_type::continuation, 2048, first));
  auto below = v.add_directory({{"file", file}});
  for (std::uint32_t i = 0; i < levels; ++i) below = v.add_directory({{"d", below}, {"file", file}});
  v.set_root({{"d", below}});
  const auto seen = walk_of(open_bytes(v.bytes()));
  ASSERT_TRUE(seen.fault);
  EXPECT_EQ(seen.fault->what, fault::out_of_range);
  EXPECT_EQ(seen.names.find("file"), std::string::npos) << "nothing was visited but the way down";
}

TEST(hostile_udf, extents_behind_the_end_and_over_others_are_found) {
  grown_volume v;
  const auto far = v.add_file(2048, extent(extent_type::recorded, 2048, 0x00FFFFFF));
  const auto over = v.add_file(2048, extent(extent_type::recorded, 2048, small_volume::root));
  v.set_root({{"far", far}, {"over", over}});
  auto bytes = v.bytes();
  const auto image = open_bytes(bytes);
  EXPECT_EQ(walk_of(image).names, "/far! /over ");
  const auto found = findings_of(image);
  EXPECT_NE(found.find("behind the partition's end"), std::string::npos) << found;
  EXPECT_NE(found.find("are used twice"), std::string::npos) << found;
}

TEST(hostile_udf, a_size_that_no_extents_hold_is_a_fault) {
  for (const auto size : {std::uint64_t{1} << 62, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    grown_volume v;
    v.set_root({{"vast", v.add_file(size, extent(extent_type::hole, 0x3FFFF800, 0))}});
    const auto image = open_bytes(v.bytes());
    const auto e = *image.find(file_system::udf, "/vast");
    ASSERT_TRUE(e.fault);
    EXPECT_EQ(e.fault->what, fault::truncated);
    std::vector<std::byte> some(16);
    EXPECT_FALSE(image.read(e, size / 2, some));
  }
}

class hostile_udf_extract : public testing::folder_test {
 protected:
  // 200 GiB that nobody recorded, and what SHA256SUMS says of them.
  static std::vector<std::byte> sparse() {
    grown_volume v;
    std::vector<std::byte> holes;
    for (int i = 0; i < 200; ++i) grown_volume::append_extent(holes, extent_type::hole, 0x3FFFF800, 0);
    const std::string sums = std::string(64, '0') + "  vast\n";
    const auto at = v.add(std::as_bytes(std::span(sums)));
    const auto list =
        v.add_file(sums.size(), extent(extent_type::recorded, static_cast<std::uint32_t>(sums.size()), at));
    v.set_root({{"SHA256SUMS", list}, {"vast", v.add_file(200ULL * 0x3FFFF800, holes)}});
    return v.bytes();
  }
};

TEST_F(hostile_udf_extract, holes_take_no_room) {
  const auto target = top_ / "target";
  std::string message;
  const auto code = code_of([&] { extract(open_bytes(sparse()), target); }, &message);
  struct stat is {};
  if (code == base::errc::ok) {
    ASSERT_EQ(::stat((target / "vast").c_str(), &is), 0);
    EXPECT_EQ(static_cast<std::uint64_t>(is.st_size), 200ULL * 0x3FFFF800);
    EXPECT_LT(is.st_blocks, 1000);
  } else {  // a file system without such files: nothing is left of it
    EXPECT_NE(message.find("vast"), std::string::npos);
    EXPECT_NE(::stat((target / "vast").c_str(), &is), 0);
  }
}

TEST_F(hostile_udf_extract, what_is_recorded_counts_for_the_limit) {
  grown_volume v;
  std::vector<std::byte> list;
  for (int i = 0; i < 100; ++i)
    grown_volume::append_extent(list, extent_type::recorded, 2048, small_volume::far_first);
  v.set_root({{"shared", v.add_file(100 * 2048, list)}});
  EXPECT_EQ(code_of([&] { extract(open_bytes(v.bytes()), top_ / "target", {.max_bytes = 100 * 2048 - 1}); }),
            base::errc::data_too_big);
  EXPECT_EQ(extract(open_bytes(v.bytes()), top_ / "target", {.max_bytes = 100 * 2048}).bytes, 204800U);
}

TEST_F(hostile_udf_extract, checksums_of_vast_holes_are_not_computed) {
  const auto v = verify_checksums(open_bytes(sparse()));
  ASSERT_TRUE(v);
  ASSERT_EQ(v->finding_count, 1U);
  EXPECT_EQ(v->findings[0].path, "/vast");
  EXPECT_EQ(v->findings[0].what, "is not read: the files are far larger than the image");
}

TEST(hostile_udf, a_list_of_checksums_larger_than_the_image_is_not_read) {
  grown_volume v;
  v.set_root({{"SHA256SUMS", v.add_file(0x3FFFF800, extent(extent_type::hole, 0x3FFFF800, 0))}});
  const auto found = verify_checksums(open_bytes(v.bytes()));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->finding_count, 1U);
  EXPECT_EQ(found->findings[0].what, "is too large to be a list of checksums");
}

TEST(hostile_udf, runs_that_alternate_are_read_in_order) {
  grown_volume v;
  std::vector<std::byte> list;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    grown_volume::append_extent(list, i % 2 == 0 ? extent_type::recorded : extent_type::hole, 2048,
                                i % 4 == 0 ? small_volume::far_first : small_volume::far_last);
    expected += std::string(2048, i % 2 != 0 ? '\0' : i % 4 == 0 ? '1' : '3');
  }
  v.set_root({{"runs", v.add_file(100 * 2048, list)}});
  const auto image = open_bytes(v.bytes());
  const auto e = *image.find(file_system::udf, "/runs");
  std::string all(expected.size(), '?'), back(3000, '?');
  ASSERT_EQ(*image.read(e, 0, std::as_writable_bytes(std::span(all))), all.size());
  EXPECT_EQ(all, expected);
  ASSERT_EQ(*image.read(e, 5000, std::as_writable_bytes(std::span(back))), back.size());
  EXPECT_EQ(back, all.substr(5000, 3000));
}

}  // namespace
}  // namespace comeback::image
