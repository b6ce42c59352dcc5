// SPDX-License-Identifier: Apache-2.0
// ICBs and directories as the writer makes them.
#include "base/error.hpp"
#include "base/text.hpp"
#include "udf/test_volume.hpp"
#include "udf/text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::udf {
namespace {

using testing::laid_out;
using testing::named;
using testing::names_in;

constexpr std::uint64_t root = nodes::file_set_blocks;

tree::file_tree flat(std::size_t files, std::size_t step = 1) {
  tree::file_tree t;
  for (std::size_t i = 0; i < files; ++i)
    t.add_file(tree::root, std::to_string(1000 + i) + std::string(i * step % 90, 'n'),
               tree::memory_content(""));
  return t;
}

std::vector<named> root_names(const laid_out& v) {
  const auto e = v.entry_at(root);
  if ((e.icb.flags & descriptors_mask) == embedded)
    return names_in(v.block(root).subspan(sizeof(extended_file_entry), e.size));
  return names_in(std::span(v.node_bytes).subspan((root + 1) * disk::block_size, e.size));
}

std::string cs0_of(std::string_view name) { return to_cs0(base::to_utf16_lossy(name)); }

TEST(nodes, a_directory_that_fits_lies_in_its_icb) {
  const laid_out v(flat(2), {});
  EXPECT_EQ(v.entry_at(root).icb.flags & descriptors_mask, embedded);
  EXPECT_EQ(v.entry_at(root).blocks, 0U);
  const auto names = root_names(v);
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0].fixed.characteristics, directory | parent);
  EXPECT_EQ(names[0].fixed.icb.location.block, root);
  EXPECT_EQ(names[1].name, cs0_of("1000"));
  EXPECT_EQ(names[2].fixed.icb.location.block, root + 2);
  EXPECT_EQ(names[2].fixed.tag.location, root);  // an embedded one lies in the ICB's block
}

TEST(nodes, identifiers_cross_blocks_and_name_the_one_they_begin_in) {
  const laid_out v(flat(300), {});
  const auto names = root_names(v);
  ASSERT_EQ(names.size(), 301U);
  std::size_t crossing = 0;
  for (const auto& one : names) {
    EXPECT_EQ(one.fixed.tag.location, root + 1 + one.at / disk::block_size);
    const auto end = one.at + identifier_bytes(one.name.size()) - 1;
    if (one.at / disk::block_size != end / disk::block_size) ++crossing;
  }
  EXPECT_GT(crossing, 5U);
}

std::size_t split_tags(const std::vector<named>& names) {
  return static_cast<std::size_t>(
      std::ranges::count_if(names, [](const named& one) { return splits_tag(one.at); }));
}

// UDF 2.3.4.4: on write-once media a tag lies in one block, so what is in front of it is padded.
TEST(nodes, no_tag_is_split_on_write_once_media) {
  EXPECT_GT(split_tags(root_names(laid_out(flat(3000, 7), {}))), 0U);
  const auto names = root_names(laid_out(flat(3000, 7), {.partition = partition_type::vat}));
  EXPECT_EQ(names.size(), 3001U);
  EXPECT_EQ(split_tags(names), 0U);
  const auto padded = [](const named& one) { return one.fixed.implementation_bytes == padding_bytes; };
  EXPECT_GT(std::ranges::count_if(names, padded), 0);
}

TEST(nodes, names_have_one_byte_a_character_where_that_is_enough) {
  tree::file_tree t;
  for (const auto* name : {"abc", "ü", "Ā", "🍎"}) t.add_file(tree::root, name, tree::memory_content(""));
  const auto names = root_names(laid_out(std::move(t), {}));
  ASSERT_EQ(names.size(), 5U);
  EXPECT_EQ(names[1].name,
            "\x08"
            "abc");
  EXPECT_EQ(names[2].name, "\x08\xFC");
  EXPECT_EQ(names[3].name, std::string("\x10\x01\0", 3));
  EXPECT_EQ(names[4].name, "\x10\xD8\x3C\xDF\x4E");
}

TEST(nodes, a_directory_is_named_by_those_below_it) {
  tree::file_tree t;
  const auto a = t.add_directory(tree::root, "a");
  t.add_directory(tree::root, "b");
  t.add_directory(a, "c");
  t.add_file(a, "file", tree::memory_content(""));
  const laid_out v(std::move(t), {});
  EXPECT_EQ(v.entry_at(root).links, 3);
  const auto below = root_names(v).at(1).fixed.icb.location.block;
  EXPECT_EQ(v.entry_at(below).links, 2);
  const auto names = names_in(v.block(below).subspan(sizeof(extended_file_entry), v.entry_at(below).size));
  EXPECT_EQ(names.at(0).fixed.icb.location.block, root);
}

TEST(nodes, hard_links_are_one_icb_with_as_many_links) {
  tree::file_tree t;
  const auto file = t.add_file(tree::root, "a", tree::memory_content(std::string(5000, 'x')));
  t.add_link(tree::root, "b", file);
  t.add_link(t.add_directory(tree::root, "d"), "c", file);
  const laid_out v(std::move(t), {});
  const auto names = root_names(v);
  const auto icb = names.at(1).fixed.icb.location.block;
  EXPECT_EQ(names.at(2).fixed.icb.location.block, icb);
  EXPECT_EQ(v.entry_at(icb).links, 3);
  EXPECT_EQ(v.node_bytes.size() / disk::block_size, nodes::file_set_blocks + 3);  // root, file, d
  // UDF 2.3.4.3: each name has an id of its own; the first that of the ICB.
  EXPECT_EQ(names.at(1).fixed.icb.unique_id, v.entry_at(icb).unique_id);
  EXPECT_NE(names.at(2).fixed.icb.unique_id, names.at(1).fixed.icb.unique_id);
}

TEST(nodes, unique_ids_are_unique_and_below_the_volumes_next) {
  tree::file_tree t = flat(50);
  const auto first = *t.find_path("/1000");
  for (int i = 0; i < 20; ++i) t.add_link(tree::root, "link" + std::to_string(i), first);
  const laid_out v(std::move(t), {});
  EXPECT_EQ(v.entry_at(root).unique_id, 0U);
  std::set<std::uint32_t> ids;
  for (const auto& one : root_names(v)) ids.insert(one.fixed.icb.unique_id);
  EXPECT_EQ(ids.size(), 71U);
  EXPECT_GE(*std::next(ids.begin()), 16U);  // UDF 3.2.1.1: 1 to 15 are kept for the Macintosh
  const auto lvid = v.volume.integrity_sequence();
  EXPECT_GT(disk::read<integrity>(lvid, 0, "integrity")->next_unique_id, *ids.rbegin());
}

tree::file_tree streamed(std::size_t streams, std::size_t bytes) {
  tree::file_tree t;
  const auto file = t.add_file(tree::root, "file", tree::memory_content("main"));
  for (std::size_t i = 0; i < streams; ++i)
    t.add_stream(file, "stream " + std::to_string(i), tree::memory_content(std::string(bytes, 's')));
  return t;
}

TEST(nodes, named_streams_lie_in_a_directory_of_their_file) {
  const laid_out v(streamed(2, 3000), {});
  const auto icb = root_names(v).at(1).fixed.icb.location.block;
  const auto file = v.entry_at(icb);
  EXPECT_EQ(file.object_size, 6004U);
  EXPECT_EQ(file.links, 2);  // its name, and the stream directory's parent entry
  const auto at = file.streams.location.block;
  const auto streams = v.entry_at(at);
  EXPECT_EQ(streams.icb.type, static_cast<u8>(file_type::stream_directory));
  EXPECT_EQ(streams.links, 0);
  const auto names = names_in(v.block(at).subspan(sizeof(extended_file_entry), streams.size));
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0].fixed.icb.location.block, icb);
  EXPECT_EQ(names[2].name, cs0_of("stream 1"));
  const auto one = v.entry_at(names[1].fixed.icb.location.block);
  EXPECT_EQ(one.size, 3000U);
  EXPECT_EQ(one.unique_id, file.unique_id);
  EXPECT_EQ(names[1].fixed.icb.unique_id, file.unique_id);
}

TEST(nodes, many_streams_have_a_listing_of_blocks) {
  const laid_out v(streamed(100, 0), {});
  const auto file = v.entry_at(root_names(v).at(1).fixed.icb.location.block);
  const auto at = file.streams.location.block;
  const auto streams = v.entry_at(at);
  EXPECT_EQ(streams.icb.flags & descriptors_mask, short_descriptors);
  EXPECT_EQ(names_in(std::span(v.node_bytes).subspan((at + 1) * disk::block_size, streams.size)).size(),
            101U);
}

TEST(nodes, what_a_revision_has_not_is_refused) {
  const auto code = [](tree::file_tree t, std::uint16_t revision) {
    try {
      (void)laid_out(std::move(t), {.revision = revision});
    } catch (const base::error& e) {
      return e.code();
    }
    return base::errc::ok;
  };
  EXPECT_EQ(code(streamed(1, 1), 0x0150), base::errc::file_system_feature_not_supported);
  EXPECT_EQ(code(streamed(1, 1), 0x0200), base::errc::ok);
  auto t = flat(1);
  t.set_attributes(*t.find_path("/1000"), {.permissions = 0444, .given = true, .real_time = true});
  EXPECT_EQ(code(t, 0x0200), base::errc::file_system_feature_not_supported);
  EXPECT_EQ(code(t, 0x0201), base::errc::ok);
}

TEST(nodes, small_files_lie_in_their_icb_unless_others_need_their_blocks) {
  tree::file_tree t;
  const auto a = t.content_of(t.add_file(tree::root, "a", tree::memory_content("first")));
  const auto b = t.content_of(t.add_file(tree::root, "b", tree::memory_content("second")));
  const auto c = t.content_of(t.add_file(tree::root, "c", tree::memory_content(std::string(1833, 'c'))));
  const laid_out v(std::move(t), {.outside = {b}});
  EXPECT_TRUE(v.volume.embeds(a));
  EXPECT_FALSE(v.volume.embeds(b));
  EXPECT_FALSE(v.volume.embeds(c));  // 2048 - 216 - 1833 < 0
  const auto icb = v.block(root + 1);
  EXPECT_EQ(icb[sizeof(extended_file_entry) + 4], std::byte{'t'});
  const auto ad = *disk::read<short_ad>(v.block(root + 2), sizeof(extended_file_entry), "descriptor");
  EXPECT_EQ(ad.length, 6U);
  EXPECT_EQ(ad.block, (laid_out::contents - laid_out::partition).value + static_cast<std::uint32_t>(b));
}

TEST(nodes, long_targets_of_links_lie_outside) {
  tree::file_tree t;
  std::string far;
  for (int i = 0; i < 20; ++i) far += std::string(150, 'd') + "/";
  t.add_symbolic_link(tree::root, "far", far);
  t.add_symbolic_link(tree::root, "near", "a/b");
  const laid_out v(std::move(t), {});
  EXPECT_EQ(v.entry_at(root + 1).size, 20 * (4U + 151U));
  EXPECT_EQ(v.volume.loose_blocks().value, 2U);
  EXPECT_EQ(v.entry_at(root + 2).icb.flags & descriptors_mask, embedded);
  std::vector<std::byte> loose(v.entry_at(root + 1).size);
  EXPECT_EQ(v.volume.loose_source()->read_at(0, loose), loose.size());
  EXPECT_EQ(loose, components_of(far));
}

TEST(nodes, any_part_can_be_made_alone) {
  auto t = streamed(100, 20);
  for (int i = 0; i < 200; ++i) t.add_file(tree::root, std::to_string(i), tree::memory_content("few bytes"));
  const laid_out v(std::move(t), {});
  const auto source = v.volume.node_source();
  for (const std::size_t step : {1000U, 2048U, 3333U, 8192U})
    for (std::size_t at = 0; at < v.node_bytes.size(); at += step) {
      std::vector<std::byte> part(std::min(step, v.node_bytes.size() - at));
      ASSERT_EQ(source->read_at(at, part), part.size());
      ASSERT_TRUE(
          std::equal(part.begin(), part.end(), v.node_bytes.begin() + static_cast<std::ptrdiff_t>(at)))
          << step << " bytes at " << at;
    }
  std::vector<std::byte> behind(10);
  EXPECT_EQ(source->read_at(source->size(), behind), 0U);
}

// A root that was read, with a directory that was not and a file.
struct later_session {
  tree::file_tree tree;
  kept_nodes kept;
  tree::node_id folder = tree.add_kept_directory(tree::root, "folder");
  tree::node_id file = tree.add_file(tree::root, "file", tree::memory_content("old"));

  later_session() {
    kept[0] = {2, 0, 0, kept_as::open_directory, 0, 1};
    kept[index(folder)] = {700, 0, 77, kept_as::closed_directory, 0, 1};
    kept[index(file)] = {701, 0, 78, kept_as::item, 79, 1};
  }
  static std::uint32_t index(tree::node_id n) { return static_cast<std::uint32_t>(n); }
  [[nodiscard]] volume_options options(std::uint64_t next_id = 1000) const {
    volume_options out;
    out.kept = std::make_shared<const kept_nodes>(kept);
    older_volume older;
    older.next_unique_id = next_id;
    older.hidden_files = 50;
    older.hidden_directories = 5;
    out.older = std::make_shared<const older_volume>(older);
    return out;
  }
};

TEST(nodes, what_stays_is_named_where_it_lies_and_takes_no_block) {
  later_session s;
  s.tree.add_file(tree::root, "new", tree::memory_content("new"));
  const laid_out v(s.tree, s.options());
  EXPECT_EQ(v.node_bytes.size() / disk::block_size, nodes::file_set_blocks + 2);  // root, new
  const auto names = root_names(v);
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(names[1].fixed.icb.location.block, 701U);  // file
  EXPECT_EQ(names[1].fixed.icb.unique_id, 79U);
  EXPECT_EQ(names[2].fixed.icb.location.block, 700U);  // folder
  EXPECT_EQ(names[2].fixed.icb.unique_id, 77U);
  EXPECT_EQ(names[2].fixed.characteristics, directory);
  EXPECT_EQ(names[3].fixed.icb.location.block, root + 1);
  EXPECT_GE(names[3].fixed.icb.unique_id, 1000U);
  EXPECT_EQ(v.entry_at(root).links, 2);
  EXPECT_EQ(v.entry_at(root).unique_id, 0U);
  const auto use = *disk::read<integrity_use>(v.volume.integrity_sequence(), sizeof(integrity) + 8, "use");
  EXPECT_EQ(use.files, 52U);
  EXPECT_EQ(use.directories, 7U);
  const auto stale = v.volume.stale_parents();
  ASSERT_EQ(stale.size(), 1U);
  EXPECT_EQ(stale[0].directory, 700U);
  EXPECT_EQ(stale[0].parent, root);
}

TEST(nodes, a_file_that_gets_a_name_gets_an_icb) {
  later_session s;
  s.tree.add_link(tree::root, "second", s.file);
  const laid_out v(s.tree, s.options());
  const auto names = root_names(v);
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(names[1].fixed.icb.location.block, root + 1);
  EXPECT_EQ(names[3].fixed.icb.location.block, root + 1);
  EXPECT_EQ(v.entry_at(root + 1).links, 2);
}

base::errc refused(const later_session& s, const volume_options& how) {
  try {
    const laid_out v(s.tree, how);
  } catch (const base::error& e) {
    EXPECT_NE(std::string(e.what()).find("--append exact"), std::string::npos) << e.what();
    return e.code();
  }
  return base::errc::ok;
}

TEST(nodes, what_cannot_go_on_is_refused_with_a_way_out) {
  const later_session sound;
  EXPECT_EQ(refused(sound, sound.options(0)), base::errc::not_supported);
  EXPECT_EQ(refused(sound, sound.options(0xFFFFFFFE)), base::errc::not_supported);
  auto more_names = sound;
  more_names.kept[later_session::index(more_names.file)].links = 2;
  more_names.tree.add_link(tree::root, "second", more_names.file);
  EXPECT_EQ(refused(more_names, more_names.options()), base::errc::not_supported);
  auto unknown = sound;
  unknown.kept.erase(later_session::index(unknown.folder));
  EXPECT_EQ(refused(unknown, unknown.options()), base::errc::not_supported);
  auto no_root = sound;
  no_root.kept.erase(0);
  EXPECT_EQ(refused(no_root, no_root.options()), base::errc::not_supported);
}

// A metadata file of as many pieces, its mirror somewhere else.
volume_options in_pieces(later_session& s, std::uint64_t pieces) {
  for (auto& [node, was] : s.kept) was.partition = 1;
  auto out = s.options();
  out.revision = 0x0250;
  out.partition = partition_type::metadata;
  auto older = *out.older;
  older.file_set_bytes = 4096;
  older.bytes = std::make_shared<disk::memory_source>(std::vector<std::byte>(64 * disk::block_size), "old");
  for (std::uint64_t i = 0; i < pieces; ++i) {
    older.metadata.push_back({i == 0 ? 0 : 200'000 + 64 * i, 32});
    older.mirror.push_back({100'000 + 64 * i, 32});
  }
  out.older = std::make_shared<const older_volume>(older);
  return out;
}

TEST(nodes, units_of_a_metadata_file_are_replaced_until_it_has_too_many_pieces) {
  later_session s;
  s.kept[later_session::index(s.folder)].block = 40;
  s.kept[later_session::index(s.file)].block = 41;
  const laid_out v(s.tree, in_pieces(s, 199));
  EXPECT_EQ(v.node_bytes.size() / disk::block_size, 64U);  // the unit of the root, and one behind the end
  EXPECT_EQ(v.entry_at(2).unique_id, 0U);
  EXPECT_EQ(v.entry_at(2).tag.location, 2U);
  for (const bool mirror : {false, true}) {
    const auto icb = *disk::read<extended_file_entry>(v.volume.metadata_file(mirror), 0, "ICB");
    EXPECT_EQ(icb.size, 200U * 32 * disk::block_size);
    EXPECT_EQ(icb.descriptor_bytes, 200 * sizeof(short_ad));
  }
  EXPECT_EQ(refused(s, in_pieces(s, 200)), base::errc::not_supported);
}

TEST(nodes, a_metadata_file_that_is_not_made_of_units_is_refused) {
  later_session s;
  auto how = in_pieces(s, 3);
  auto older = *how.older;
  older.metadata.at(1).block += 16;
  how.older = std::make_shared<const older_volume>(older);
  EXPECT_EQ(refused(s, how), base::errc::not_supported);
}

}  // namespace
}  // namespace comeback::udf
