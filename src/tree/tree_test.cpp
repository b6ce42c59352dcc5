// SPDX-License-Identifier: Apache-2.0
#include "tree/tree.hpp"

#include "base/error.hpp"

#include <functional>

#include <gtest/gtest.h>

namespace comeback::tree {
namespace {

base::errc code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::error& e) {
    return e.code();
  }
  return base::errc::ok;
}

TEST(tree, finds_what_was_added_by_name_and_path) {
  file_tree t;
  const auto a = t.add_directory(root, "a");
  const auto b = t.add_file(a, "b", memory_content("hello"), {5, 6});
  EXPECT_EQ(t.find(a, "b"), b);
  EXPECT_EQ(t.find(root, "b"), std::nullopt);
  EXPECT_EQ(t.find_path("/a//b"), b);
  EXPECT_EQ(t.find_path("/"), root);
  EXPECT_EQ(t.find_path("/a/b/c"), std::nullopt);
  EXPECT_EQ(t.path(b), "/a/b");
  EXPECT_EQ(t.path(root), "/");
  EXPECT_EQ(t.size(b), 5U);
  EXPECT_EQ(t.modified(b), (base::timestamp{5, 6}));
  EXPECT_EQ(t.file_count(), 1U);
  EXPECT_EQ(t.directory_count(), 1U);
}

TEST(tree, names_that_no_directory_can_hold_are_refused) {
  file_tree t;
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a/b"),
                                  std::string("a\0b", 3), std::string(256, 'x')})
    EXPECT_EQ(code_of([&] { t.add_directory(root, name); }), base::errc::invalid_name) << name;
  EXPECT_EQ(t.add_directory(root, std::string(255, 'x')), node_id{1});
}

TEST(tree, a_name_is_there_once) {
  file_tree t;
  t.add_directory(root, "a");
  EXPECT_EQ(code_of([&] { t.add_directory(root, "a"); }), base::errc::duplicate_name);
  EXPECT_EQ(code_of([&] { t.add_file(root, "a", memory_content("")); }), base::errc::duplicate_name);
  EXPECT_NO_THROW(t.add_directory(root, "A"));
}

TEST(tree, keeps_where_symbolic_links_lead) {
  file_tree t;
  const auto link = t.add_symbolic_link(root, "link", "../a b/\xFF", {7, 8});
  EXPECT_EQ(t.kind(link), node_kind::symbolic_link);
  EXPECT_EQ(t.link_target(link), "../a b/\xFF");
  EXPECT_EQ(t.content_of(link), no_content);
  EXPECT_EQ(t.size(link), 0U);
  EXPECT_EQ(t.modified(link), (base::timestamp{7, 8}));
  EXPECT_EQ(t.link_target(t.add_directory(root, "d")), "");
  for (const std::string& target : {std::string(), std::string("a\0b", 3), std::string(4097, 'x')})
    EXPECT_EQ(code_of([&] { t.add_symbolic_link(root, "other", target); }), base::errc::invalid_parameter);
}

TEST(tree, keeps_devices_with_their_numbers) {
  file_tree t;
  const auto device = t.add_special(root, "tty", node_kind::character_device,
                                    {.permissions = 0620, .major = 4, .minor = 64, .given = true});
  EXPECT_EQ(t.kind(device), node_kind::character_device);
  EXPECT_EQ(t.attributes_of(device).minor, 64U);
  EXPECT_EQ(t.file_count(), 1U);
  EXPECT_EQ(code_of([&] { t.add_special(root, "x", node_kind::file, {}); }), base::errc::invalid_parameter);
  EXPECT_EQ(code_of([&] { t.add_link(root, "x", device); }), base::errc::not_a_file);
}

TEST(tree, attributes_that_nobody_gave_allow_reading) {
  file_tree t;
  const auto d = t.add_directory(root, "d"), f = t.add_file(d, "f", memory_content(""));
  EXPECT_EQ(t.attributes_of(d).permissions, 0555);
  EXPECT_EQ(t.attributes_of(f).permissions, 0444);
  EXPECT_FALSE(t.attributes_of(f).given);
  t.set_attributes(f, {.permissions = 04711, .user = 5, .given = true});
  EXPECT_EQ(t.attributes_of(f).permissions, 04711);
  EXPECT_EQ(t.attributes_of(t.add_link(d, "g", f)).user, 5U);
  EXPECT_EQ(t.attributes_of(d).permissions, 0555);
}

TEST(tree, times_and_streams_go_with_their_file) {
  file_tree t;
  const auto f = t.add_file(root, "f", memory_content(""));
  EXPECT_EQ(t.times_of(f).created, std::nullopt);
  t.set_times(f, {.created = base::timestamp{1, 2}});
  t.add_stream(f, "author", memory_content("me"));
  EXPECT_EQ(t.times_of(f).created, (base::timestamp{1, 2}));
  ASSERT_EQ(t.streams_of(f).size(), 1U);
  EXPECT_EQ(t.info(t.streams_of(f)[0].what).size, 2U);
  EXPECT_EQ(code_of([&] { t.add_stream(f, "author", memory_content("")); }), base::errc::duplicate_name);
  EXPECT_EQ(code_of([&] { t.add_stream(root, "x", memory_content("")); }), base::errc::not_a_file);
  EXPECT_EQ(code_of([&] { t.remove_stream(f, "x"); }), base::errc::item_not_found);
  t.remove_stream(f, "author");
  EXPECT_TRUE(t.streams_of(f).empty());
}

TEST(tree, a_file_holds_no_files) {
  file_tree t;
  const auto f = t.add_file(root, "f", memory_content(""));
  EXPECT_EQ(code_of([&] { t.add_directory(f, "x"); }), base::errc::not_a_directory);
}

TEST(tree, removing_takes_everything_below) {
  file_tree t;
  const auto a = t.add_directory(root, "a");
  const auto b = t.add_directory(a, "b");
  t.add_file(b, "c", memory_content("c"));
  const auto z = t.add_directory(root, "z");
  t.remove(a);
  EXPECT_EQ(t.find_path("/a/b/c"), std::nullopt);
  EXPECT_EQ(t.children(root), std::vector{z});
  EXPECT_EQ(t.file_count(), 0U);
  EXPECT_EQ(t.directory_count(), 1U);
  EXPECT_EQ(code_of([&] { (void)t.name(b); }), base::errc::item_not_found);
  t.remove(z);
  EXPECT_NO_THROW(t.add_directory(root, "a"));
  EXPECT_EQ(t.children(root).size(), 1U);
  EXPECT_EQ(code_of([&] { t.remove(root); }), base::errc::invalid_parameter);
}

TEST(tree, many_names_are_found_again_after_many_were_removed) {
  file_tree t;
  std::vector<node_id> all;
  for (int i = 0; i < 5000; ++i) all.push_back(t.add_file(root, std::to_string(i), memory_content("")));
  for (int i = 4999; i >= 0; i -= 2) t.remove(all[static_cast<std::size_t>(i)]);
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(t.find(root, std::to_string(i)).has_value(), i % 2 == 0) << i;
}

TEST(tree, children_come_sorted_by_bytes) {
  file_tree t;
  for (const auto* name : {"b", "B", "a", "\xC3\xA4"}) t.add_directory(root, name);
  std::string order;
  for (const auto n : t.sorted_children(root)) order += std::string(t.name(n)) + " ";
  EXPECT_EQ(order, "B a b \xC3\xA4 ");
}

TEST(tree, a_copy_is_independent) {
  file_tree t;
  t.add_file(root, "kept", memory_content("x"));
  auto copy = t;
  copy.remove(*copy.find_path("/kept"));
  EXPECT_TRUE(t.find_path("/kept"));
  EXPECT_FALSE(copy.find_path("/kept"));
}

TEST(tree, what_was_removed_comes_back_under_its_number) {
  file_tree t;
  const auto d = t.add_directory(root, "d");
  const auto gone = t.add_file(d, "gone before", memory_content("x"));
  const auto kept = t.add_file(d, "kept", memory_content("y"), {.seconds = 7, .nanoseconds = 0});
  t.add_stream(kept, "note", memory_content("z"));
  t.remove(gone);
  t.remove(d);
  EXPECT_FALSE(t.contains(kept));
  t.restore(d);
  EXPECT_EQ(t.find_path("/d/kept"), kept);
  EXPECT_FALSE(t.find_path("/d/gone before"));
  EXPECT_EQ(t.modified(kept).seconds, 7);
  EXPECT_EQ(t.streams_of(kept).size(), 1U);
  t.restore(gone);
  EXPECT_EQ(t.children(d), (std::vector<node_id>{kept, gone}));
  EXPECT_EQ(t.file_count(), 2U);
  EXPECT_EQ(t.directory_count(), 1U);
}

TEST(tree, restores_only_what_has_room) {
  file_tree t;
  const auto d = t.add_directory(root, "d");
  const auto f = t.add_file(d, "f", memory_content("x"));
  EXPECT_EQ(code_of([&] { t.restore(f); }), base::errc::invalid_parameter);
  EXPECT_EQ(code_of([&] { t.restore(node_id{99}); }), base::errc::invalid_parameter);
  t.remove(f);
  t.add_directory(d, "f");
  EXPECT_EQ(code_of([&] { t.restore(f); }), base::errc::duplicate_name);
  t.remove(d);
  EXPECT_EQ(code_of([&] { t.restore(f); }), base::errc::item_not_found);
}

TEST(tree, a_file_takes_another_content) {
  file_tree t;
  const auto f = t.add_file(root, "f", memory_content("x"));
  const auto id = t.set_content(f, memory_content("longer"));
  EXPECT_EQ(t.content_of(f), id);
  EXPECT_EQ(t.size(f), 6U);
  EXPECT_EQ(code_of([&] { t.set_content(root, memory_content("x")); }), base::errc::invalid_parameter);
}

TEST(tree, links_share_a_content) {
  file_tree t;
  const auto a = t.add_file(root, "a", memory_content("x"));
  const auto b = t.add_link(root, "b", a);
  EXPECT_EQ(t.content_of(a), t.content_of(b));
  EXPECT_EQ(code_of([&] { t.add_link(root, "c", root); }), base::errc::not_a_file);
}

TEST(tree, content_of_an_older_session_keeps_its_place) {
  file_tree t;
  const auto f = t.add_placed_file(root, "old", 4711, 10);
  EXPECT_EQ(t.info(t.content_of(f)).first_block, 4711U);
  EXPECT_EQ(t.info(t.content_of(f)).from, origin::placed);
  t.add_stream(f, "note", t.add_hidden_placed("note", 815, 20));
  const auto note = t.info(t.streams_of(f).front().what);
  EXPECT_EQ(note.first_block, 815U);
  EXPECT_EQ(note.size, 20U);
  EXPECT_EQ(note.from, origin::placed);
}

TEST(tree, what_was_kept_is_closed_until_it_is_opened) {
  file_tree t;
  const auto d = t.add_kept_directory(root, "old", {5, 0});
  EXPECT_TRUE(t.is_kept(d));
  EXPECT_FALSE(t.is_kept(root));
  EXPECT_EQ(t.directory_count(), 1U);
  EXPECT_EQ(t.modified(d), (base::timestamp{5, 0}));
  EXPECT_EQ(code_of([&] { t.add_file(d, "f", memory_content("x")); }), base::errc::not_supported);
  t.open_kept(d);
  EXPECT_FALSE(t.is_kept(d));
  EXPECT_EQ(t.path(t.add_file(d, "f", memory_content("x"))), "/old/f");
}

}  // namespace
}  // namespace comeback::tree
