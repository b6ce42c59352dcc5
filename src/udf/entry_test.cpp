// SPDX-License-Identifier: Apache-2.0
#include "udf/entry.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kib = 1024, gib = kib * kib * kib;
using block = std::array<std::byte, disk::block_size>;

struct described {
  std::uint32_t length, at;
  std::uint16_t partition;
  bool operator==(const described&) const = default;
};
void PrintTo(const described& d, std::ostream* out) {
  *out << bytes_of_extent(d.length) << " bytes of type " << static_cast<int>(type_of(d.length)) << " at "
       << d.at << " of " << d.partition;
}

std::vector<described> parse(std::span<const std::byte> list, bool is_long) {
  std::vector<described> out;
  for (std::size_t at = 0; at < list.size(); at += is_long ? sizeof(long_ad) : sizeof(short_ad)) {
    if (is_long) {
      const auto ad = *disk::read<long_ad>(list, at, "descriptor");
      out.push_back({ad.length, ad.location.block, ad.location.partition});
    } else {
      const auto ad = *disk::read<short_ad>(list, at, "descriptor");
      out.push_back({ad.length, ad.block, 0});
    }
  }
  return out;
}

entry file_of(std::uint64_t size, bool extended = true, bool is_long = false) {
  entry e;
  e.size = e.object_size = size;
  e.extended = extended;
  e.revision = extended ? 0x0201 : 0x0150;
  e.long_form = is_long;
  e.data = {1000, 0};
  e.more = {51, 1};
  e.at = {50, 1};
  return e;
}

block made(const entry& e) {
  block out{};
  write_entry(out, e);
  EXPECT_TRUE(read_tag(out));
  return out;
}

std::vector<described> list_in(const block& icb, bool extended, bool is_long) {
  const auto bytes = extended ? disk::read<extended_file_entry>(icb, 0, "entry")->descriptor_bytes
                              : disk::read<file_entry>(icb, 0, "entry")->descriptor_bytes;
  const auto begin = extended ? sizeof(extended_file_entry) : sizeof(file_entry);
  return parse(std::span(icb).subspan(begin, bytes), is_long);
}

TEST(entry, an_extent_ends_one_block_before_a_gibibyte) {
  EXPECT_EQ(list_in(made(file_of(longest_extent)), true, false),
            (std::vector<described>{{longest_extent, 1000, 0}}));
  EXPECT_EQ(list_in(made(file_of(longest_extent + 1ULL)), true, false),
            (std::vector<described>{{longest_extent, 1000, 0}, {1, 1000 + longest_extent / 2048, 0}}));
  const auto five = list_in(made(file_of(5 * gib)), true, false);
  ASSERT_EQ(five.size(), 6U);
  EXPECT_EQ(five.back(), (described{5 * 2048, 1000 + 5 * (longest_extent / 2048), 0}));
}

TEST(entry, nothing_has_no_extent) {
  EXPECT_TRUE(list_in(made(file_of(0)), true, false).empty());
  EXPECT_EQ(continuation_blocks(file_of(0)), 0U);
}

TEST(entry, counts_the_blocks_of_its_extents) {
  EXPECT_EQ(disk::read<extended_file_entry>(made(file_of(2049)), 0, "entry")->blocks, 2U);
  auto e = file_of(5);
  e.is_embedded = true;
  const auto five = std::as_bytes(std::span("12345"));
  e.embedded = five.first(5);
  const auto icb = made(e);
  const auto record = *disk::read<extended_file_entry>(icb, 0, "entry");
  EXPECT_EQ(record.blocks, 0U);
  EXPECT_EQ(record.icb.flags & descriptors_mask, embedded);
  EXPECT_EQ(record.descriptor_bytes, 5U);
  EXPECT_EQ(icb[sizeof(extended_file_entry) + 4], std::byte{'5'});
}

// How many descriptors fit into an ICB and into each allocation extent behind it.
struct chain {
  const char* title;
  bool extended, is_long;
  std::uint64_t in_icb, in_more;
};
void PrintTo(const chain& c, std::ostream* out) { *out << c.title; }
class chains : public testing::TestWithParam<chain> {};

TEST_P(chains, hold_as_many_extents_as_fit) {
  const auto& how = GetParam();
  const auto extents = [&](std::uint64_t n) {
    return file_of(n * longest_extent, how.extended, how.is_long);
  };
  EXPECT_EQ(continuation_blocks(extents(how.in_icb)), 0U);
  EXPECT_EQ(continuation_blocks(extents(how.in_icb + 1)), 1U);
  // The last descriptor of a place leads to the next.
  EXPECT_EQ(continuation_blocks(extents(how.in_icb - 1 + how.in_more)), 1U);
  EXPECT_EQ(continuation_blocks(extents(how.in_icb - 1 + how.in_more + 1)), 2U);
}

TEST_P(chains, lead_from_one_place_to_the_next_without_a_gap) {
  const auto& how = GetParam();
  const auto e = file_of(1000 * std::uint64_t{longest_extent} - 5, how.extended, how.is_long);
  auto list = list_in(made(e), how.extended, how.is_long);
  std::vector<described> all;
  for (std::uint64_t which = 0;; ++which) {
    const bool last = which == continuation_blocks(e);
    if (!last) {
      EXPECT_EQ(list.back(), (described{typed(extent_type::continuation, disk::block_size),
                                        static_cast<std::uint32_t>(51 + which),
                                        static_cast<std::uint16_t>(how.is_long ? 1 : 0)}));
      list.pop_back();
    }
    all.insert(all.end(), list.begin(), list.end());
    if (last) break;
    block more{};
    write_continuation(more, e, which);
    const auto t = read_tag(more);
    ASSERT_TRUE(t);
    EXPECT_EQ(t->id, static_cast<std::uint16_t>(tag_id::allocation_extent));
    EXPECT_EQ(t->location, 51 + which);
    const auto head = *disk::read<allocation_extent>(more, 0, "extent");
    // UDF 2.3.11.1: before 2.01 the CRC does not cover the descriptors.
    EXPECT_EQ(t->crc_length, how.extended ? 8 + head.descriptor_bytes : 8);
    EXPECT_EQ(head.previous, 0U);
    list = parse(std::span(more).subspan(sizeof head, head.descriptor_bytes), how.is_long);
  }
  ASSERT_EQ(all.size(), 1000U);
  for (std::uint32_t i = 0; i < 999; ++i)
    ASSERT_EQ(all[i], (described{longest_extent, 1000 + i * (longest_extent / 2048), 0}));
  EXPECT_EQ(all.back().length, longest_extent - 5);
}

INSTANTIATE_TEST_SUITE_P(kinds, chains,
                         testing::Values(chain{"short_in_file_entry", false, false, 234, 253},
                                         chain{"long_in_file_entry", false, true, 117, 126},
                                         chain{"short_in_extended", true, false, 229, 253},
                                         chain{"long_in_extended", true, true, 114, 126}),
                         [](const auto& one) { return one.param.title; });

TEST(entry, attributes_tell_a_devices_numbers) {
  entry e = file_of(0);
  e.type = file_type::block_device;
  e.how.major = 8;
  e.how.minor = 3;
  const auto icb = made(e);
  const auto record = *disk::read<extended_file_entry>(icb, 0, "entry");
  ASSERT_EQ(record.attribute_bytes, sizeof(attributes_header) + sizeof(device_attribute) + sizeof(regid));
  EXPECT_TRUE(read_tag(std::span(icb).subspan(sizeof record, sizeof(attributes_header))));
  const auto device = *disk::read<device_attribute>(icb, sizeof record + sizeof(attributes_header), "device");
  EXPECT_EQ(device.head.type, 12U);
  EXPECT_EQ(device.major, 8U);
  EXPECT_EQ(device.minor, 3U);
}

// An extended entry has a field for that (4/14.17.16).
TEST(entry, attributes_tell_when_a_file_was_created_where_no_field_does) {
  auto e = file_of(0, false);
  e.times.created = base::timestamp{1600000000, 0};
  const auto icb = made(e);
  const auto times =
      *disk::read<file_times_attribute>(icb, sizeof(file_entry) + sizeof(attributes_header), "times");
  EXPECT_EQ(times.existence, 1U);
  EXPECT_EQ(from_recorded(times.created), e.times.created);
  EXPECT_EQ(room_in(e),
            disk::block_size - sizeof(file_entry) - sizeof(attributes_header) - sizeof(file_times_attribute));
  e.extended = true;
  EXPECT_EQ(room_in(e), disk::block_size - sizeof(extended_file_entry));
  EXPECT_EQ(from_recorded(disk::read<extended_file_entry>(made(e), 0, "entry")->created), e.times.created);
}

TEST(entry, modes_beyond_nine_bits_are_flags) {
  auto e = file_of(0);
  e.how.permissions = 06755;
  const auto record = *disk::read<extended_file_entry>(made(e), 0, "entry");
  EXPECT_EQ(record.icb.flags & (set_user_id | set_group_id | sticky), set_user_id | set_group_id);
  EXPECT_EQ(record.permissions, to_permissions(0755));
  EXPECT_EQ(record.user, no_owner);
}

std::string identifier(std::string_view cs0, bool padded = false) {
  std::array<std::byte, longest_identifier> out{};
  const auto size =
      write_identifier(out, directory | hidden, icb_address({7, 1}, 0x1'0000'0011), cs0, 33, 0x0201, padded);
  EXPECT_TRUE(read_tag(std::span(out).first(size)));
  EXPECT_EQ(disk::read<tag>(out, 0, "tag")->location, 33U);
  return {reinterpret_cast<const char*>(out.data()), size};
}

TEST(file_identifier, is_padded_to_four_bytes) {
  EXPECT_EQ(identifier("").size(), 40U);
  EXPECT_EQ(identifier("\x08x").size(), 40U);
  EXPECT_EQ(identifier("\x08xyz").size(), 44U);
  EXPECT_EQ(identifier(std::string(255, '\x08')).size(), 296U);
  EXPECT_EQ(identifier_bytes(3), 44U);
}

TEST(file_identifier, has_its_name_behind_what_pads_it) {
  EXPECT_EQ(identifier("\x10\0a\x01\0"sv).substr(38, 5), "\x10\0a\x01\0"sv);
  const auto padded = identifier("\x08xyz", true);
  EXPECT_EQ(padded.size(), 44U + padding_bytes);
  EXPECT_EQ(padded.substr(39, 9), "*Comeback");
  EXPECT_EQ(padded.substr(38 + padding_bytes, 4), "\x08xyz");
}

TEST(file_identifier, names_its_icb) {
  const auto bytes = identifier("\x08x");
  const auto f = *disk::read<file_identifier>(std::as_bytes(std::span(bytes)), 0, "identifier");
  EXPECT_EQ(f.version, 1);
  EXPECT_EQ(f.characteristics, directory | hidden);
  EXPECT_EQ(f.icb.location.block, 7U);
  EXPECT_EQ(f.icb.location.partition, 1U);
  EXPECT_EQ(f.icb.length, disk::block_size);
  EXPECT_EQ(f.icb.unique_id, 0x11U);  // the low half
}

std::string path(std::string_view target) {
  const auto bytes = components_of(target);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(symbolic_link, is_a_list_of_components) {
  EXPECT_EQ(path("/a/../."),
            "\2\0\0\0"
            "\5\2\0\0\x08"
            "a"
            "\3\0\0\0"
            "\4\0\0\0"sv);
  EXPECT_EQ(path("a//b/"),
            "\5\2\0\0\x08"
            "a"
            "\5\2\0\0\x08"
            "b"sv);
  EXPECT_EQ(path("\xC4\x80"), "\5\3\0\0\x10\x01\0"sv);
  EXPECT_EQ(path(std::string(300, 'x')).size(), 4U + 255U);
}

}  // namespace
}  // namespace comeback::udf
