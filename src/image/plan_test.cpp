// SPDX-License-Identifier: Apache-2.0
#include "image/plan.hpp"

#include "image/test_image.hpp"
#include "iso9660/format.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::code_of;
using testing::sample_tree;

TEST(plan, says_what_every_block_is) {
  EXPECT_EQ(describe(plan(sample_tree(), {})),
            "blocks 0 to 72, 4 files, 5 directories\n"
            "         0       16  system area\n"
            "        16        3  volume descriptors\n"
            "        19       29  system area\n"
            "        48        3  volume descriptors\n"
            "        51        1  path table (iso9660)\n"
            "        52        1  path table (iso9660)\n"
            "        53        1  path table (joliet)\n"
            "        54        1  path table (joliet)\n"
            "        55        6  directories (iso9660)\n"
            "        61        6  directories (joliet)\n"
            "        67        1  file /README, 7 bytes\n"
            "        68        1  file /docs/\xC3\x9C"
            "ber uns.txt, 10 bytes\n"
            "        69        3  file /docs/deep/deeper/deepest/bottom.bin, 5000 bytes\n");
}

TEST(plan, is_sorted_gapless_and_whole) {
  const auto p = plan(sample_tree(), {});
  auto at = p.first;
  for (const auto& e : p.extents) {
    EXPECT_EQ(e.at, at);
    EXPECT_GT(e.blocks.value, 0U);
    at += e.blocks;
  }
  EXPECT_EQ(at, p.end);
}

// So the kernel can copy them page by page.
TEST(plan, large_files_begin_at_whole_pages) {
  for (const int folders : {0, 1, 2, 3}) {
    tree::file_tree t;
    for (int i = 0; i < folders; ++i) t.add_directory(tree::root, std::to_string(i));
    for (const auto* name : {"a", "b"})
      t.add_file(tree::root, name, std::make_shared<testing::endless>(large_file + 1));
    t.add_file(tree::root, "c", std::make_shared<testing::endless>(large_file - 1));
    const auto p = plan(std::move(t), {.file_systems = {.joliet = false}});
    for (const auto& e : p.extents) {
      if (e.content == tree::no_content || e.blocks <= disk::blocks_for(large_file)) continue;
      EXPECT_EQ(disk::bytes_in(e.at - p.first) % page_size, 0U) << folders;
    }
    const auto& last = p.extents.back();
    EXPECT_EQ(last.at + last.blocks, p.end);
    EXPECT_NE((p.extents.end() - 2)->what, role::padding) << "small ones lie close";
  }
}

TEST(plan, same_tree_and_options_give_the_same_bytes) {
  EXPECT_EQ(testing::sample_bytes(), testing::sample_bytes());
  EXPECT_NE(testing::sample_bytes(), testing::sample_bytes({.volume_name = "OTHER"}));
}

TEST(plan, does_not_depend_on_the_order_of_adding) {
  tree::file_tree a, b;
  for (const auto* name : {"x", "y", "z"}) a.add_file(tree::root, name, tree::memory_content(name));
  for (const auto* name : {"z", "x", "y"}) b.add_file(tree::root, name, tree::memory_content(name));
  EXPECT_EQ(testing::bytes_of(plan(a, {})), testing::bytes_of(plan(b, {})));
}

iso9660::volume_descriptor descriptor_at(const layout& p, std::uint64_t block) {
  iso9660::volume_descriptor d;
  std::memcpy(&d, p.metadata.data() + block * 2048, sizeof(d));
  return d;
}

TEST(plan, both_sets_of_descriptors_say_where_their_volume_ends) {
  const auto p = plan(sample_tree(), {});
  EXPECT_EQ(descriptor_at(p, 16).blocks.value(), p.blocks().value);
  EXPECT_EQ(descriptor_at(p, 48).blocks.value(), p.blocks().value - 32);
  EXPECT_EQ(descriptor_at(p, 16).root.extent.value(), descriptor_at(p, 48).root.extent.value());
}

TEST(plan, a_later_session_has_absolute_addresses) {
  const auto p = plan(sample_tree(), {.first_block = {1024}});
  EXPECT_EQ(p.first.value, 1024U);
  const auto d = descriptor_at(p, 16);
  EXPECT_GT(d.root.extent.value(), 1024U);
  EXPECT_EQ(d.blocks.value(), p.blocks().value);
  EXPECT_EQ(p.extents.front().at.value, 1024U);
}

TEST(plan, content_of_an_older_session_is_pointed_to_and_not_written) {
  tree::file_tree t;
  t.add_placed_file(tree::root, "old", 333, 5000);
  const auto p = plan(t, {.first_block = {1024}});
  for (const auto& e : p.extents) EXPECT_NE(e.what, role::file);
  const auto image = opened_image(std::make_shared<const disk::memory_source>([&] {
                                    std::vector<std::byte> disc(1024 * 2048);
                                    const auto bytes = testing::bytes_of(p);
                                    disc.insert(disc.end(), bytes.begin(), bytes.end());
                                    return disc;
                                  }()),
                                  {1024});
  EXPECT_EQ(image.find(file_system::joliet, "/old")->runs.at(0).at.value, 333U);
}

TEST(plan, names_of_one_file_share_an_extent) {
  tree::file_tree t;
  const auto a = t.add_file(tree::root, "a", tree::memory_content(std::string(5000, 'x')));
  t.add_link(tree::root, "b", a);
  const auto image = testing::open_bytes(testing::bytes_of(plan(t, {})));
  EXPECT_EQ(image.find(file_system::joliet, "/a")->runs.at(0).at,
            image.find(file_system::iso9660, "/B")->runs.at(0).at);
}

TEST(plan, options_that_mean_nothing_are_refused) {
  EXPECT_EQ(code_of([] { (void)plan(sample_tree(), {.file_systems = {.iso9660 = false}}); }),
            base::errc::invalid_parameter);
  EXPECT_EQ(code_of([] { (void)plan(sample_tree(), {.iso_level = 5}); }), base::errc::invalid_parameter);
}

TEST(plan, level_4_has_the_names_as_they_are_over_the_same_extents) {
  const auto image = testing::open_bytes(testing::sample_bytes({.volume_name = "Über", .iso_level = 4}));
  ASSERT_EQ(image.volumes().size(), 3U);
  EXPECT_EQ(image.volumes().back().volume_name, "Über");
  EXPECT_EQ(image.volumes().back().fs, file_system::enhanced);
  const auto one = image.find(file_system::enhanced, "/docs/Über uns.txt");
  EXPECT_EQ(one->stored_name, "Über uns.txt");
  EXPECT_EQ(one->runs.at(0).at, image.find(file_system::joliet, "/docs/Über uns.txt")->runs.at(0).at);
}

TEST(plan, an_image_that_no_address_reaches_is_refused) {
  tree::file_tree t;
  struct endless final : tree::content {
    [[nodiscard]] std::uint64_t size() const override { return std::uint64_t{390} << 30; }
    [[nodiscard]] std::unique_ptr<tree::reader> open() const override { return nullptr; }
  };
  for (int i = 0; i < 22; ++i) t.add_file(tree::root, std::to_string(i), std::make_shared<endless>());
  EXPECT_EQ(code_of([&] { (void)plan(t, {}); }), base::errc::image_size_limit);
}

TEST(plan, tells_the_name_of_an_item_in_each_file_system) {
  const auto t = sample_tree();
  const auto node = *t.find_path(
      "/docs/\xC3\x9C"
      "ber uns.txt");
  EXPECT_EQ(file_system_name(t, node, file_system::iso9660, {}), "_BER_UNS.TXT;1");
  EXPECT_EQ(file_system_name(t, node, file_system::iso9660, {.iso_level = 1}), "_BER_UNS.TXT;1");
  EXPECT_EQ(file_system_name(t, node, file_system::joliet, {}),
            "\xC3\x9C"
            "ber uns.txt;1");
  EXPECT_EQ(file_system_name(t, tree::root, file_system::joliet, {}), "");
}

}  // namespace
}  // namespace comeback::image
