// SPDX-License-Identifier: Apache-2.0
#include "image/checksums.hpp"

#include "image/plan.hpp"
#include "image/stream.hpp"
#include "image/test_image.hpp"

#include <memory>
#include <stop_token>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

// An image of `tree` in memory; `change` may spoil its bytes.
opened_image image_of(tree::file_tree tree, const options& how, const std::string& spoil = {}) {
  const auto s = std::make_shared<const stream>(std::make_shared<const layout>(plan(std::move(tree), how)));
  if (spoil.empty()) return opened_image(s);
  std::vector<std::byte> bytes(static_cast<std::size_t>(s->size()));
  s->read_at(0, bytes);
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  bytes[text.find(spoil)] ^= std::byte{1};
  return opened_image(std::make_shared<const disk::memory_source>(std::move(bytes), "spoilt"));
}

tree::file_tree some_files() {
  tree::file_tree t;
  const auto folder = t.add_directory(tree::root, "folder");
  t.add_file(folder, "abc", tree::memory_content("abc"));
  t.add_file(tree::root, "empty", tree::memory_content(""));
  t.add_link(tree::root, "a name", t.add_file(folder, "back\\slash", tree::memory_content("backslashed")));
  return t;
}

/// Bytes that nobody can read.
class broken final : public tree::content {
 public:
  [[nodiscard]] std::uint64_t size() const override { return 10; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    throw base::error(base::errc::io_error, "The disk broke.");
  }
};

TEST(checksums, are_found_right) {
  auto t = some_files();
  add_checksums(t, {});
  const auto v = verify_checksums(image_of(std::move(t), {}));
  ASSERT_TRUE(v);
  EXPECT_TRUE(v->sound()) << v->findings.at(0).path << v->findings.at(0).what;
  EXPECT_EQ(v->files, 4U);
}

struct system_row {
  std::string title;
  options how;
};
void PrintTo(const system_row& r, std::ostream* out) { *out << r.title; }

class checksums_in : public ::testing::TestWithParam<system_row> {};

// Names that some file system cuts, replaces or numbers.
TEST_P(checksums_in, name_files_as_readers_show_them) {
  tree::file_tree t;
  const auto folder = t.add_directory(tree::root, std::string(220, 'd'));
  for (const auto& name : {std::string("Readme"), std::string("README"), std::string("raw\xFF"),
                           std::string("a;1"), std::string("dot."), std::string("line\nend\r"),
                           std::string(249, 'l') + "a.text", std::string(249, 'l') + "b.text"})
    t.add_file(folder, name, tree::memory_content(name));
  t.add_symbolic_link(folder, "link", "Readme");
  add_checksums(t, GetParam().how);
  const auto v = verify_checksums(image_of(std::move(t), GetParam().how));
  ASSERT_TRUE(v);
  EXPECT_TRUE(v->sound()) << v->findings.at(0).path << ": " << v->findings.at(0).what;
  EXPECT_EQ(v->files, 8U);
}

constexpr file_system_set plain{.joliet = false};
INSTANTIATE_TEST_SUITE_P(
    rows, checksums_in,
    ::testing::Values(system_row{"level_1", {.file_systems = plain, .iso_level = 1}},
                      system_row{"level_3", {.file_systems = plain}},
                      system_row{"level_4", {.file_systems = plain, .iso_level = 4}},
                      system_row{"joliet", {}}, system_row{"strict_joliet", {.strict_joliet = true}},
                      system_row{"rock_ridge", {.file_systems = {.rock_ridge = true}}},
                      system_row{"udf", {.file_systems = {.iso9660 = false, .joliet = false, .udf = true}}},
                      system_row{"all", {.file_systems = {.rock_ridge = true, .udf = true}, .iso_level = 4}}),
    [](const auto& one) { return one.param.title; });

TEST(checksums, refuse_a_file_that_takes_their_name) {
  tree::file_tree t;
  t.add_file(tree::root, "SHA256SU", tree::memory_content("x"));
  auto copy = t;
  EXPECT_THROW(add_checksums(copy, {.file_systems = plain, .iso_level = 1}), base::error);
  EXPECT_NO_THROW(add_checksums(t, {.file_systems = plain}));
}

TEST(checksums, that_fail_leave_nothing_in_the_tree) {
  auto t = some_files();
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(testing::code_of([&] { add_checksums(t, {}, {}, stopped.get_token()); }), base::errc::cancelled);
  EXPECT_FALSE(t.find(tree::root, checksums_name));
  const auto bad = t.add_file(tree::root, "bad", std::make_shared<const broken>());
  EXPECT_EQ(testing::code_of([&] { add_checksums(t, {}); }), base::errc::io_error);
  EXPECT_FALSE(t.find(tree::root, checksums_name));
  t.remove(bad);
  EXPECT_NO_THROW(add_checksums(t, {}));
}

TEST(checksums, tell_of_a_changed_byte) {
  auto t = some_files();
  add_checksums(t, {});
  const auto v = verify_checksums(image_of(std::move(t), {}, "backslashed"));
  ASSERT_TRUE(v);
  EXPECT_EQ(v->finding_count, 2U);  // by both names
}

TEST(checksums, are_nothing_where_there_are_none) {
  EXPECT_FALSE(verify_checksums(image_of(some_files(), {})));
}

TEST(checksums, refuse_a_tree_that_has_such_a_file) {
  auto t = some_files();
  t.add_file(tree::root, "SHA256SUMS", tree::memory_content("mine"));
  EXPECT_THROW(add_checksums(t, {}), base::error);
}

TEST(checksums, name_what_is_missing_malformed_or_not_listed) {
  auto t = some_files();
  t.add_file(tree::root, "SHA256SUMS",
             tree::memory_content("garbage\n" + std::string(64, '0') + "  nowhere\n"));
  const auto v = verify_checksums(image_of(std::move(t), {}));
  ASSERT_TRUE(v);
  EXPECT_EQ(v->finding_count, 2U + 4U);
}

}  // namespace
}  // namespace comeback::image
