// SPDX-License-Identifier: Apache-2.0
#include "iso9660/reader.hpp"

#include "iso9660/descriptor.hpp"

#include <functional>

#include <gtest/gtest.h>

namespace comeback::iso9660 {
namespace {

using base::fault;

// System area, one descriptor, terminator, L path table, M path table, root directory: 21 blocks.
constexpr std::uint64_t descriptor_at = 16 * 2048, table_l_at = 18 * 2048, table_m_at = 19 * 2048,
                        root_at = 20 * 2048;

class small_image : public testing::Test {
 protected:
  small_image() : bytes_(21 * 2048) {
    volume_facts facts{.volume = "X",
                       .blocks = {21},
                       .path_table_bytes = 10,
                       .path_table_l = {18},
                       .path_table_m = {19},
                       .root = {}};
    facts.root.extent = 20;
    facts.root.size = 2048;
    facts.root.flags = file_flags::directory;
    facts.root.identifier_length = 1;
    disk::put(std::span(bytes_), descriptor_at, primary_descriptor(facts));
    disk::put(std::span(bytes_), descriptor_at + 2048, terminator{});
    path_record_l l;
    l.identifier_length = 1;
    l.extent = 20;
    l.parent = 1;
    disk::put(std::span(bytes_), table_l_at, l);
    path_record_m m;
    m.identifier_length = 1;
    m.extent = 20;
    m.parent = 1;
    disk::put(std::span(bytes_), table_m_at, m);
    record(root_at, 34, 1, "");
    record(root_at + 34, 34, 1, "\1");
    record(root_at + 68, 36, 3, "A.B");
  }

  void record(std::uint64_t at, u8 length, u8 identifier_length, std::string_view identifier) {
    directory_record r;
    r.length = length;
    r.extent = 20;
    r.size = 2048;
    r.identifier_length = identifier_length;
    disk::put(std::span(bytes_), at, r);
    for (std::size_t i = 0; i < identifier.size(); ++i)
      bytes_[at + 33 + i] = static_cast<std::byte>(identifier[i]);
  }

  std::shared_ptr<const disk::source> source() { return std::make_shared<disk::memory_source>(bytes_); }

  base::parsed<reader> opened() {
    const auto from = source();
    auto found = find_descriptors(*from, {});
    if (!found) return tl::unexpected(found.error());
    return reader::open(from, found->at(0), plain_style());
  }

  base::parsed<std::vector<std::string>> root_names() {
    auto r = opened();
    if (!r) return tl::unexpected(r.error());
    std::vector<std::string> names;
    const auto& root = r->descriptor().root;
    auto done = r->visit({root.extent.value()}, root.size.value(), [&](const raw_record& one) {
      names.emplace_back(one.identifier);
      return true;
    });
    if (!done) return tl::unexpected(done.error());
    return names;
  }

  fault fault_of_root() {
    const auto names = root_names();
    EXPECT_FALSE(names);
    return names ? fault::bad_checksum : names.error().what;
  }

  std::vector<std::byte> bytes_;
};

TEST_F(small_image, is_read) {
  EXPECT_EQ(*root_names(), (std::vector<std::string>{std::string("\0", 1), "\1", "A.B"}));
  EXPECT_EQ(opened()->path_table(std::endian::little)->size(), 1U);
  EXPECT_EQ(*opened()->path_table(std::endian::little), *opened()->path_table(std::endian::big));
}

TEST_F(small_image, without_the_magic_is_none_and_says_where) {
  bytes_[descriptor_at + 1] = std::byte{'X'};
  const auto r = opened();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().what, fault::bad_magic);
  EXPECT_EQ(r.error().offset, descriptor_at + 1);
}

TEST_F(small_image, shorter_than_its_descriptor_is_truncated) {
  bytes_.resize(descriptor_at + 100);
  EXPECT_EQ(opened().error().what, fault::truncated);
}

TEST_F(small_image, of_other_blocks_is_not_supported) {
  bytes_[descriptor_at + 128] = std::byte{0};
  bytes_[descriptor_at + 129] = std::byte{2};
  EXPECT_EQ(opened().error().what, fault::unsupported);
}

TEST_F(small_image, whose_root_lies_behind_its_end_is_out_of_range) {
  bytes_.resize(root_at);
  EXPECT_EQ(fault_of_root(), fault::out_of_range);
}

TEST_F(small_image, whose_root_is_larger_than_itself_is_out_of_range) {
  bytes_[descriptor_at + 156 + 13] = std::byte{0xFF};
  EXPECT_EQ(fault_of_root(), fault::out_of_range);
}

TEST_F(small_image, a_record_shorter_than_a_record_is_a_fault) {
  bytes_[root_at + 68] = std::byte{33};
  EXPECT_EQ(fault_of_root(), fault::out_of_range);
}

TEST_F(small_image, a_record_that_leaves_its_block_is_a_fault) {
  record(root_at + 2048 - 36, 40, 3, "END");
  bytes_[root_at + 68] = std::byte{0xFF};
  std::size_t at = 68;
  for (; at + 255 + 36 <= 2048 - 36; at += 255) record(root_at + at, 255, 3, "FIL");
  record(root_at + at, static_cast<u8>(2048 - 36 - at > 255 ? 254 : 2048 - 36 - at), 3, "FIL");
  const auto rest = at + std::to_integer<std::size_t>(bytes_[root_at + at]);
  if (rest < 2048 - 36) record(root_at + rest, static_cast<u8>(2048 - 36 - rest), 3, "FIL");
  EXPECT_EQ(fault_of_root(), fault::truncated);
}

TEST_F(small_image, an_identifier_longer_than_its_record_is_a_fault) {
  bytes_[root_at + 68 + 32] = std::byte{200};
  EXPECT_EQ(fault_of_root(), fault::out_of_range);
  bytes_[root_at + 68 + 32] = std::byte{0};
  EXPECT_EQ(fault_of_root(), fault::out_of_range);
}

TEST_F(small_image, a_path_table_outside_or_torn_is_a_fault) {
  auto good = bytes_;
  bytes_[descriptor_at + 143] = std::byte{0x7F};
  EXPECT_EQ(opened()->path_table(std::endian::little).error().what, fault::out_of_range);
  bytes_ = good;
  bytes_[table_l_at] = std::byte{100};
  EXPECT_EQ(opened()->path_table(std::endian::little).error().what, fault::out_of_range);
  bytes_ = good;
  bytes_[descriptor_at + 132] = std::byte{5};
  EXPECT_EQ(opened()->path_table(std::endian::little).error().what, fault::truncated);
}

TEST_F(small_image, a_visit_ends_when_the_visitor_says_so) {
  int count = 0;
  ASSERT_TRUE(opened()->visit({20}, 2048, [&](const raw_record&) { return ++count < 2; }));
  EXPECT_EQ(count, 2);
}

TEST_F(small_image, descriptors_without_an_end_are_bounded) {
  bytes_.resize(200 * 2048);
  for (std::uint64_t at = 17; at < 200; ++at)
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(descriptor_at), 2048,
                bytes_.begin() + static_cast<std::ptrdiff_t>(at * 2048));
  EXPECT_EQ(find_descriptors(*source(), {})->size(), 64U);
}

}  // namespace
}  // namespace comeback::iso9660
