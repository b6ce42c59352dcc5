// SPDX-License-Identifier: Apache-2.0
#include "image/verify.hpp"

#include "image/test_image.hpp"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::open_bytes;
using testing::sample_bytes;
using testing::sample_tree;

std::string found(const verification& v) {
  std::string out;
  for (const auto& f : v.findings) out += std::string(name_of(f.fs)) + " " + f.path + ": " + f.what + "\n";
  return out;
}

TEST(verify, finds_nothing_in_our_images) {
  for (const auto& how : {options{}, options{.file_systems = {.joliet = false}},
                          options{.iso_level = 1, .strict_joliet = true}, options{.appendable = false}}) {
    const auto v = verify(open_bytes(sample_bytes(how)));
    EXPECT_TRUE(v.sound()) << found(v);
    EXPECT_EQ(v.directories, how.file_systems.joliet ? 10U : 5U);
    EXPECT_EQ(v.files, how.file_systems.joliet ? 8U : 4U);
  }
}

// In the sample: descriptors at 16, path tables at 51 and 52, ISO directories at 55 (root, docs, folder,
// deep, …).
struct damage {
  std::string title;
  std::size_t at;
  unsigned char byte;
  std::string finding;
};
void PrintTo(const damage& d, std::ostream* out) { *out << d.title; }

class verify_damaged : public ::testing::TestWithParam<damage> {};

TEST_P(verify_damaged, finds_it) {
  auto bytes = sample_bytes();
  ASSERT_NE(bytes[GetParam().at], std::byte{GetParam().byte}) << "the row changes nothing";
  bytes[GetParam().at] = std::byte{GetParam().byte};
  const auto v = verify(open_bytes(bytes));
  EXPECT_FALSE(v.sound());
  EXPECT_NE(found(v).find(GetParam().finding), std::string::npos) << found(v);
}

constexpr std::size_t primary = 16 * 2048, little_table = 51 * 2048, big_table = 52 * 2048,
                      root_records = 55 * 2048, docs_records = 56 * 2048, first_item = root_records + 68;

INSTANTIATE_TEST_SUITE_P(
    rows, verify_damaged,
    ::testing::Values(
        damage{"volume_size_disagrees", primary + 87, 1, "volume descriptor: size disagrees with itself"},
        damage{"volume_larger_than_the_image", primary + 81, 1, "the image is cut short"},
        damage{"record_extent_disagrees", first_item + 9, 200,
               "directory record: extent disagrees with itself"},
        damage{"record_size_disagrees", first_item + 17, 1, "directory record: size disagrees with itself"},
        damage{"extent_outside", first_item + 4, 1, "is not within the image"},
        damage{"self_points_elsewhere", docs_records + 2, 55, "\".\" points to block 55, not 56"},
        damage{"parent_points_elsewhere", docs_records + 34 + 2, 56, "\"..\" points to block 56, not 55"},
        damage{"no_parent_record", docs_records + 34 + 33, 9, "the record of \"..\" is not in its place"},
        damage{"path_tables_differ", big_table + 10 + 5, 200, "the two path tables differ"},
        damage{"path_table_extent_wrong", little_table + 10 + 2, 200,
               "path table record 2 (DOCS) is no directory of the tree"},
        damage{"path_table_parent_wrong", little_table + 10 + 6, 9, "path table record 2 has parent 9"},
        damage{"path_table_torn", little_table, 200, "path table record: identifier length"},
        damage{"record_torn", first_item, 20, "directory record: length"},
        damage{"loop", docs_records + 68 + 2, 55, "is met a second time"},
        damage{"file_over_a_directory", first_item + 38 + 40 + 2, 61, "overlap with a directory"}),
    [](const auto& one) { return one.param.title; });

TEST(verify, an_image_cut_short_is_found) {
  auto bytes = sample_bytes();
  bytes.resize(bytes.size() - 2048);
  EXPECT_NE(found(verify(open_bytes(bytes))).find("cut short"), std::string::npos);
}

TEST(verify, directories_that_overlap_are_not_read_without_end) {
  tree::file_tree t;
  for (int i = 0; i < 10; ++i) t.add_directory(tree::root, "D" + std::to_string(i));
  t.add_file(tree::root, "zeros", tree::memory_content(std::string(40960, '\0')));
  auto bytes = testing::bytes_of(plan(t, {.file_systems = {.joliet = false}, .appendable = false}));
  const auto text = testing::text_of(bytes);
  for (int i = 0; i < 10; ++i) {
    const auto record = text.find("D" + std::to_string(i), std::size_t{20} * 2048) - 33;
    bytes[record + 11] = std::byte{0x50};  // ten blocks each, of an image of about fifty
  }
  const auto v = verify(open_bytes(bytes));
  EXPECT_NE(found(v).find("together are larger than the image"), std::string::npos) << found(v);
}

TEST(verify, looks_at_level_4_too) {
  auto bytes = sample_bytes({.file_systems = {.joliet = false}, .iso_level = 4});
  EXPECT_TRUE(verify(open_bytes(bytes)).sound());
  EXPECT_EQ(verify(open_bytes(bytes)).files, 8U);
  bytes[17 * 2048 + 87] = std::byte{1};
  EXPECT_EQ(found(verify(open_bytes(bytes))),
            "iso9660-1999 : volume descriptor: size disagrees with itself: 72 and 1\n");
}

TEST(verify, an_enhanced_descriptor_may_share_the_directories_of_the_primary) {
  auto bytes = sample_bytes({.file_systems = {.joliet = false}, .iso_level = 4});
  const auto first = bytes.begin() + 16 * 2048;
  std::copy(first + 132, first + 190, first + 2048 + 132);  // path tables and root
  const auto image = open_bytes(bytes);
  EXPECT_TRUE(verify(image).sound()) << found(verify(image));
  EXPECT_TRUE(image.find(file_system::enhanced, "/README.;1"));
}

TEST(verify, keeps_a_bounded_number_of_findings) {
  tree::file_tree t;
  for (int i = 0; i < 500; ++i) t.add_file(tree::root, std::to_string(i), tree::memory_content("x"));
  auto bytes = testing::bytes_of(plan(t, {.file_systems = {.joliet = false}}));
  bytes.resize(bytes.size() - 500 * 2048);
  const auto v = verify(open_bytes(bytes));
  EXPECT_GT(v.finding_count, 500U);
  EXPECT_EQ(v.findings.size(), 100U);
}

TEST(verify_against, agrees_with_what_the_image_was_made_of) {
  for (const auto& how : {options{}, options{.iso_level = 1}, options{.iso_level = 4},
                          options{.strict_joliet = true}, options{.file_systems = {.joliet = false}}}) {
    const auto v = verify_against(open_bytes(sample_bytes(how)), sample_tree());
    EXPECT_TRUE(v.sound()) << found(v);
  }
}

TEST(verify_against, finds_every_difference_in_every_file_system) {
  auto t = sample_tree();
  t.remove(*t.find_path("/docs/empty"));
  t.remove(*t.find_path("/README"));
  t.add_file(tree::root, "README", tree::memory_content("read ME"));
  t.add_file(tree::root, "new", tree::memory_content("x"));
  t.remove(*t.find_path("/folder"));
  t.add_file(tree::root, "folder", tree::memory_content(""));
  const auto text = found(verify_against(open_bytes(sample_bytes()), t));
  for (const auto* line :
       {"joliet /docs/empty: is in the image only", "iso9660 /README: differs from byte 5 on",
        "joliet /README: differs from byte 5 on", "joliet /new: is missing in the image (as new;1)",
        "iso9660 /new: is missing in the image (as NEW.;1)", "joliet /docs/empty: is in the image only"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  EXPECT_NE(text.find("folder"), std::string::npos);
}

TEST(verify_against, a_name_that_is_there_twice_is_found) {
  tree::file_tree t;
  for (const auto* name : {"TWIN_A", "TWIN_B"}) t.add_file(tree::root, name, tree::memory_content("x"));
  auto bytes = testing::bytes_of(plan(t, {.file_systems = {.joliet = false}}));
  const auto text = testing::text_of(bytes);
  bytes[text.find("TWIN_B") + 5] = std::byte{'A'};
  const auto findings = found(verify_against(open_bytes(bytes), t));
  EXPECT_NE(findings.find("/TWIN_A: the name is there twice"), std::string::npos) << findings;
  EXPECT_NE(findings.find("/TWIN_B: is missing"), std::string::npos) << findings;
}

// What Rock Ridge and UDF record besides names and bytes.
tree::file_tree posix_tree() {
  tree::file_tree t;
  const tree::attributes known{.permissions = 0640, .user = 7, .group = 8, .given = true};
  const auto file = t.add_file(tree::root, "file", tree::memory_content("bytes"), {1000, 0});
  t.set_attributes(file, known);
  t.add_symbolic_link(tree::root, "link", "to//somewhere/", {2000, 0});
  auto device = known;
  device.major = 4;
  device.minor = 64;
  t.add_special(tree::root, "device", tree::node_kind::character_device, device, {3000, 0});
  t.add_special(tree::root, "pipe", tree::node_kind::fifo, known, {3000, 0});
  t.add_file(tree::root, "raw\xFF", tree::memory_content("no UTF-8"), {4000, 0});
  auto deep = tree::root;
  for (int i = 0; i < 20; ++i) deep = t.add_directory(deep, "a directory that is deep");
  t.add_file(deep, "bottom", tree::memory_content("deep"), {5000, 0});
  return t;
}

std::vector<std::byte> posix_bytes(options how = {}) {
  how.file_systems.rock_ridge = how.file_systems.udf = true;
  how.created = {2'000'000'000, 0};
  return testing::bytes_of(plan(posix_tree(), how));
}

TEST(verify, rock_ridge_udf_and_level_4_are_sound_together) {
  for (const auto& how : {options{}, options{.iso_level = 4}, options{.iso_level = 1, .relocate = true},
                          options{.iso_level = 4, .strict_iso = true},
                          options{.file_systems = {.joliet = false}, .iso_level = 4, .relocate = true}}) {
    const auto image = open_bytes(posix_bytes(how));
    EXPECT_EQ(image.has(file_system::enhanced), how.iso_level == 4);
    for (const auto& v : {verify(image), verify_against(image, posix_tree())})
      EXPECT_TRUE(v.sound()) << found(v);
  }
}

struct posix_difference {
  std::string title;
  std::function<void(tree::file_tree&, tree::node_id)> change;
  std::string item, finding;
};
void PrintTo(const posix_difference& d, std::ostream* out) { *out << d.title; }

class verify_against_posix : public ::testing::TestWithParam<posix_difference> {};

TEST_P(verify_against_posix, finds_it_in_rock_ridge_and_udf) {
  auto t = posix_tree();
  GetParam().change(t, *t.find_path(GetParam().item));
  const auto text = found(verify_against(open_bytes(posix_bytes()), t));
  for (const auto* fs : {"rockridge ", "udf "})
    EXPECT_NE(text.find(fs + GetParam().item + ": " + GetParam().finding), std::string::npos) << text;
}

void set_mode(tree::file_tree& t, tree::node_id n) {
  t.set_attributes(n, {.permissions = 0600, .given = true});
}
void set_number(tree::file_tree& t, tree::node_id n) {
  auto known = t.attributes_of(n);
  known.minor = 65;
  t.set_attributes(n, known);
}

INSTANTIATE_TEST_SUITE_P(
    rows, verify_against_posix,
    ::testing::Values(
        posix_difference{"mode", set_mode, "/file", "has mode 0640, in the source 0600"},
        posix_difference{"device", set_number, "/device", "is device 4, 64, in the source 4, 65"},
        posix_difference{"time",
                         [](auto& from, auto n) {
                           from.set_modified(n, {1001, 0});
                         },
                         "/file", "was changed at "},
        posix_difference{"link",
                         [](auto& from, auto n) {
                           from.remove(n);
                           from.add_symbolic_link(tree::root, "link", "to/elsewhere", {2000, 0});
                         },
                         "/link", "is a link to somewhere else than in the source"},
        posix_difference{"kind",
                         [](auto& from, auto n) {
                           from.remove(n);
                           from.add_symbolic_link(tree::root, "pipe", "x", {3000, 0});
                         },
                         "/pipe", "is of another kind than in the source"}),
    [](const auto& one) { return one.param.title; });

TEST(verify_against, a_time_that_was_set_to_the_images_is_no_difference) {
  auto made = posix_tree(), source = posix_tree();
  made.set_modified(*made.find_path("/file"), {2'000'000'000, 0});
  source.set_modified(*source.find_path("/file"), {2'000'000'001, 0});
  const auto image = open_bytes(testing::bytes_of(
      plan(made, {.file_systems = {.rock_ridge = true, .udf = true}, .created = {2'000'000'000, 0}})));
  EXPECT_TRUE(verify_against(image, source).sound()) << found(verify_against(image, source));
  source.set_modified(*source.find_path("/file"), {1'999'999'999, 0});
  EXPECT_FALSE(verify_against(image, source).sound());
}

// What Rock Ridge says of an item, changed: its PX entry follows RE and CL, which most items have not.
struct disagreement {
  std::string title, name;
  std::string_view entry;  // of its record
  std::size_t at;          // within the entry
  std::string finding;
};
void PrintTo(const disagreement& d, std::ostream* out) { *out << d.title; }

class systems_that_disagree : public ::testing::TestWithParam<disagreement> {};

TEST_P(systems_that_disagree, are_found) {
  auto bytes = posix_bytes({.file_systems = {.joliet = false}});
  const auto text = testing::text_of(bytes);
  const auto name = text.find(GetParam().name);  // in NM
  ASSERT_NE(name, std::string_view::npos);
  const bool behind = GetParam().entry == "SL" || GetParam().entry == "NM";
  const auto entry = behind ? text.find(GetParam().entry, name - 5) : text.rfind(GetParam().entry, name);
  bytes[entry + GetParam().at] ^= std::byte{1};
  const auto findings = found(verify(open_bytes(bytes)));
  EXPECT_NE(findings.find(GetParam().finding), std::string::npos) << findings;
}

INSTANTIATE_TEST_SUITE_P(rows, systems_that_disagree,
                         ::testing::Values(disagreement{"mode", std::string("\0file", 5), "PX", 4,
                                                        "udf /file: has mode 0640, in Rock Ridge 0641"},
                                           disagreement{"time", std::string("\0file", 5), "TF", 9,
                                                        "udf /file: was changed at "},
                                           disagreement{"device", std::string("\0device", 7), "PN", 12,
                                                        "udf /device: is device 4, 64, in Rock Ridge 4, 65"},
                                           disagreement{"link", std::string("\0link", 5), "SL", 7,
                                                        "udf /link: is a link to somewhere else"},
                                           disagreement{"name", std::string("\0file", 5), "NM", 5,
                                                        "udf /gile: is in Rock Ridge only"}),
                         [](const auto& one) { return one.param.title; });

// In an image with one moved directory: where its entries stand, by their signature.
struct relocation_damage {
  std::string title, entry;
  std::size_t at;  // within it
  std::string finding;
};
void PrintTo(const relocation_damage& d, std::ostream* out) { *out << d.title; }

class moved_directories : public ::testing::TestWithParam<relocation_damage> {};

TEST_P(moved_directories, that_do_not_fit_together_are_found) {
  tree::file_tree t;
  auto at = tree::root;
  for (int i = 1; i <= 8; ++i) at = t.add_directory(at, "D" + std::to_string(i));
  auto bytes =
      testing::bytes_of(plan(t, {.file_systems = {.joliet = false, .rock_ridge = true}, .relocate = true}));
  ASSERT_TRUE(verify(open_bytes(bytes)).sound()) << found(verify(open_bytes(bytes)));
  const auto text = testing::text_of(bytes);
  const auto entry = text.rfind(GetParam().entry);
  ASSERT_NE(entry, std::string_view::npos);
  bytes[entry + GetParam().at] ^= std::byte{1};
  const auto findings = found(verify(open_bytes(bytes)));
  EXPECT_NE(findings.find(GetParam().finding), std::string::npos) << findings;
}

INSTANTIATE_TEST_SUITE_P(
    rows, moved_directories,
    ::testing::Values(relocation_damage{"no_re", "RE\4\1", 0, "has moved, and lacks RE"},
                      relocation_damage{"no_pl", "PL\f\1", 0, "has moved, and lacks PL"},
                      relocation_damage{"another_parent", "PL\f\1", 4, "as its parent, not"},
                      relocation_damage{"no_cl", "CL\f\1", 0, "no CL entry leads to the directory at block"}),
    [](const auto& one) { return one.param.title; });

TEST(verify_against, another_size_is_a_difference) {
  auto t = sample_tree();
  t.remove(*t.find_path("/README"));
  t.add_file(tree::root, "README", tree::memory_content("short"));
  EXPECT_NE(
      found(verify_against(open_bytes(sample_bytes()), t)).find("has 7 bytes in the image, 5 in the source"),
      std::string::npos);
}

TEST(verify_against, a_damaged_byte_is_found) {
  auto bytes = sample_bytes();
  bytes.at(bytes.size() - 3 * 2048 + 4000) ^= std::byte{1};
  const auto text = found(verify_against(open_bytes(bytes), sample_tree()));
  EXPECT_NE(text.find("bottom.bin: differs from byte 4000 on"), std::string::npos) << text;
}

// Where the record of a name begins in the ISO directories of an image.
std::size_t record_of(const std::vector<std::byte>& bytes, std::string_view identifier) {
  const auto text = testing::text_of(bytes);
  const auto at = text.rfind(identifier);  // the path tables, which name directories too, come before
  EXPECT_NE(at, std::string_view::npos);
  return at - 33;
}

// A number in both byte orders, below 256.
void put_both(std::vector<std::byte>& bytes, std::size_t at, std::size_t value) {
  ASSERT_LT(value, 256U);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 8, std::byte{0});
  bytes[at] = bytes[at + 7] = static_cast<std::byte>(value);
}

class extent_in_front : public ::testing::TestWithParam<std::size_t> {};

TEST_P(extent_in_front, of_the_tree_is_found_by_structure_and_by_contents) {
  auto bytes = sample_bytes();
  put_both(bytes, record_of(bytes, "README.") + 2, GetParam());
  const auto image = open_bytes(bytes);
  const auto text = found(verify(image));
  EXPECT_NE(text.find("iso9660 /README: its extent"), std::string::npos) << text;
  EXPECT_NE(text.find("lies in the system area or the descriptors"), std::string::npos) << text;
  const auto against = found(verify_against(image, sample_tree()));
  EXPECT_NE(against.find("iso9660 /README: differs from byte 0 on"), std::string::npos) << against;
}

INSTANTIATE_TEST_SUITE_P(blocks, extent_in_front, ::testing::Values(0U, 15U, 16U, 17U));

TEST(verify, a_directory_behind_its_extended_attribute_record_is_sound) {
  tree::file_tree t;
  t.add_file(t.add_directory(tree::root, "DOCS"), "FILE", tree::memory_content("x"));
  auto bytes = testing::bytes_of(plan(t, {.file_systems = {.joliet = false}}));
  // The records of /DOCS move to the end, behind a block for the attributes (ECMA-119 9.1.2, 9.4.2).
  const auto record = record_of(bytes, "DOCS");
  const auto old = std::to_integer<std::size_t>(bytes[record + 2]), extent = bytes.size() / 2048;
  const std::vector<std::byte> records(bytes.begin() + static_cast<std::ptrdiff_t>(old * 2048),
                                       bytes.begin() + static_cast<std::ptrdiff_t>((old + 1) * 2048));
  bytes.resize((extent + 1) * 2048);
  bytes.insert(bytes.end(), records.begin(), records.end());
  for (const auto at : {record, (extent + 1) * 2048}) {
    bytes[at + 1] = std::byte{1};
    put_both(bytes, at + 2, extent);
  }
  const auto little = std::to_integer<std::size_t>(bytes[16 * 2048 + 140]) * 2048 + 10,
             big = std::to_integer<std::size_t>(bytes[16 * 2048 + 151]) * 2048 + 10;
  ASSERT_EQ(bytes[little + 2], static_cast<std::byte>(old));
  ASSERT_EQ(bytes[big + 5], static_cast<std::byte>(old));
  bytes[little + 1] = bytes[big + 1] = std::byte{1};
  bytes[little + 2] = bytes[big + 5] = static_cast<std::byte>(extent);
  const auto v = verify(open_bytes(bytes));
  EXPECT_TRUE(v.sound()) << found(v);
  EXPECT_EQ(v.files, 1U);
}

}  // namespace
}  // namespace comeback::image
