// SPDX-License-Identifier: Apache-2.0
// What the writer says of a tree, read again; and fields that no sound image has.
#include "rockridge/format.hpp"
#include "rockridge/link.hpp"
#include "rockridge/reader.hpp"
#include "rockridge/writer.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace comeback::rockridge {
namespace {

using iso9660::record_of;
using tree::node_kind;

class round_trip : public testing::Test {
 protected:
  // The field has `room` bytes; the area lies at block 3 of an image made of it alone.
  base::parsed<facts> read_again(tree::node_id n, std::size_t room = 186,
                                 record_of which = record_of::child) {
    writer w(tree_);
    const auto size = w.lay_out(which, n, room);
    EXPECT_LE(size, room);
    w.place({3});
    std::vector<std::byte> field;
    w.append(which, n, room, {9}, field);
    EXPECT_EQ(field.size(), size);
    std::vector<std::byte> image(3 * disk::block_size);
    image.insert(image.end(), w.area().begin(), w.area().end());
    return read(disk::memory_source(std::move(image)), field, 0);
  }

  tree::file_tree tree_;
};

TEST_F(round_trip, names_of_any_length_and_bytes) {
  for (const std::string& name : {std::string("a"), std::string(250, 'x'), std::string(251, 'y'),
                                  std::string(255, 'z'), std::string("\xFF\xFE;1*:\\ ")}) {
    const auto n = tree_.add_directory(tree::root, name);
    for (const std::size_t room : {60U, 100U, 186U, 220U}) EXPECT_EQ(read_again(n, room)->name, name) << room;
  }
}

TEST_F(round_trip, links_come_back_as_the_kernel_reads_them) {
  struct row {
    std::string target, read;
  };
  const std::string longest =
      std::string(255, 'a') + "/" + std::string(255, 'b') + "/../" + std::string(200, 'c');
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "/component" + std::to_string(i);
  int number = 0;
  for (const auto& [target, wanted] :
       {row{"a", "a"}, row{"/", "/"}, row{"/a/b", "/a/b"}, row{"../../x", "../../x"}, row{"./a", "./a"},
        row{"a//b/", "a/b"}, row{longest, longest}, row{deep, deep}, row{"\xFF/ ;", "\xFF/ ;"}}) {
    const auto n = tree_.add_symbolic_link(tree::root, std::to_string(number++), target);
    const auto got = read_again(n);
    ASSERT_TRUE(got) << base::to_string(got.error());
    EXPECT_EQ(got->link_target, wanted);
    EXPECT_EQ(*got->mode, 0120777U);
  }
}

TEST_F(round_trip, attributes_times_and_numbers) {
  const auto device = tree_.add_special(
      tree::root, "tty", node_kind::character_device,
      {.permissions = 0620, .user = 7, .group = 70000, .major = 4, .minor = 300, .given = true},
      {1700000000, 5});
  tree_.set_times(device,
                  {.created = base::timestamp{1000000000, 0}, .changed = base::timestamp{1600000000, 0}});
  const auto got = *read_again(device);
  EXPECT_EQ(got.mode, 020620U);
  EXPECT_EQ(got.user, 7U);
  EXPECT_EQ(got.group, 70000U);
  EXPECT_EQ(got.device_high, 4U);
  EXPECT_EQ(got.device_low, 300U);
  EXPECT_EQ(got.modified, (base::timestamp{1700000000, 0}));
  EXPECT_EQ(got.times.created, (base::timestamp{1000000000, 0}));
  EXPECT_EQ(got.times.accessed, std::nullopt);
  EXPECT_EQ(got.times.changed, (base::timestamp{1600000000, 0}));
}

TEST_F(round_trip, hard_links_share_a_number_and_count_each_other) {
  const auto a = tree_.add_file(tree::root, "a", tree::memory_content("x"));
  const auto b = tree_.add_link(tree::root, "b", a);
  const auto c = tree_.add_file(tree::root, "c", tree::memory_content("x"));
  EXPECT_EQ(read_again(a)->links, 2U);
  EXPECT_EQ(read_again(a)->serial, read_again(b)->serial);
  EXPECT_NE(read_again(a)->serial, read_again(c)->serial);
  EXPECT_EQ(read_again(c)->links, 1U);
}

TEST_F(round_trip, the_root_announces_it_and_counts_its_folders) {
  const auto d = tree_.add_directory(tree::root, "d");
  tree_.add_directory(tree::root, "e");
  const auto root = *read_again(tree::root, 220, record_of::self);
  EXPECT_EQ(root.skipped, 0);
  EXPECT_TRUE(root.known_extension);
  EXPECT_EQ(root.links, 4U);
  EXPECT_EQ(root.name, std::nullopt);
  EXPECT_EQ(read_again(d, 220, record_of::self)->skipped, std::nullopt);
}

TEST_F(round_trip, directories_that_moved) {
  const auto d = tree_.add_directory(tree_.add_directory(tree::root, "parent"), "name");
  const auto placeholder = *read_again(d, 186, record_of::placeholder);
  EXPECT_EQ(placeholder.child, 9U);
  EXPECT_EQ(placeholder.name, "name");
  EXPECT_EQ(*placeholder.mode & 0170000U, 0040000U);
  EXPECT_FALSE(placeholder.relocated);
  EXPECT_TRUE(read_again(d, 186, record_of::moved)->relocated);
  EXPECT_EQ(read_again(tree_.parent(d), 220, record_of::old_parent)->parent, 9U);
  EXPECT_EQ(read_again(d)->child, std::nullopt);
}

TEST_F(round_trip, no_continuation_crosses_a_block) {
  std::vector<tree::node_id> nodes;
  for (int i = 0; i < 40; ++i)
    nodes.push_back(tree_.add_directory(tree::root, std::to_string(i) + std::string(240, 'n')));
  writer w(tree_);
  for (const auto n : nodes) w.lay_out(record_of::child, n, 100);
  w.place({3});
  for (const auto n : nodes) {
    std::vector<std::byte> field;
    w.append(record_of::child, n, 100, {}, field);
    const auto ce = *disk::read<continuation>(field, field.size() - sizeof(continuation), "CE");
    EXPECT_LE(ce.offset.value() + ce.bytes.value(), disk::block_size);
  }
}

struct bad_field {
  std::string title;
  std::vector<unsigned char> bytes;
  base::fault what;
};
void PrintTo(const bad_field& f, std::ostream* out) { *out << f.title; }

class bad_fields : public testing::TestWithParam<bad_field> {};

TEST_P(bad_fields, are_faults) {
  std::vector<std::byte> image(4096);
  for (std::size_t i = 0; i < GetParam().bytes.size(); ++i) image[i] = std::byte{GetParam().bytes[i]};
  const disk::memory_source from(image);
  const auto got = read(from, std::span<const std::byte>(image).first(GetParam().bytes.size()), 0);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, GetParam().what);
}

// A continuation that leads to itself: block 0, offset 0, 28 bytes.
const std::vector<unsigned char> itself{'C', 'E', 28, 1, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0,
                                        0,   0,   0,  0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 28};

INSTANTIATE_TEST_SUITE_P(
    rows, bad_fields,
    testing::Values(bad_field{"length_0", {'N', 'M', 0, 1, 0}, base::fault::out_of_range},
                    bad_field{"length_beyond", {'N', 'M', 9, 1, 0}, base::fault::out_of_range},
                    bad_field{"name_cut", {'N', 'M', 4, 1}, base::fault::truncated},
                    bad_field{"attributes_cut", {'P', 'X', 8, 1, 0, 0, 0, 0}, base::fault::truncated},
                    bad_field{"link_cut", {'S', 'L', 7, 1, 0, 0, 9}, base::fault::truncated},
                    bad_field{"time_cut", {'T', 'F', 5, 1, 0x0F}, base::fault::truncated},
                    bad_field{"sharing_check", {'S', 'P', 7, 1, 0, 0, 0}, base::fault::bad_magic},
                    bad_field{"child_cut", {'C', 'L', 4, 1}, base::fault::truncated},
                    bad_field{"chain_to_itself", itself, base::fault::loop}),
    [](const auto& one) { return one.param.title; });

TEST(fields, unknown_entries_and_padding_are_passed_over) {
  const std::vector<unsigned char> bytes{'X', 'Y', 6, 1, 9, 9, 'N', 'M', 6, 1, 0, 'n', 0, 0, 7, 7, 7};
  const auto got = read(disk::memory_source({}), std::as_bytes(std::span(bytes)), 0);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->name, "n");
}

}  // namespace
}  // namespace comeback::rockridge
