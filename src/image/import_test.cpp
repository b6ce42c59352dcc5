// SPDX-License-Identifier: Apache-2.0
#include "image/import.hpp"

#include "image/compare.hpp"
#include "image/test_image.hpp"
#include "tree/content_reader.hpp"

#include <algorithm>

namespace comeback::image {
namespace {

using testing::code_of;

tree::file_tree posix_tree() {
  auto t = testing::sample_tree();
  const auto dir = t.add_directory(tree::root, "posix", {1'600'000'000, 0});
  const auto file = t.add_file(dir, "file", tree::memory_content(std::string(7000, 'f')), {1'600'000'001, 0});
  t.set_attributes(file, {.permissions = 0751, .user = 7, .group = 8, .given = true});
  t.add_link(dir, "again", file);
  t.add_symbolic_link(dir, "link", "../README", {1'600'000'002, 0});
  t.add_special(dir, "null", tree::node_kind::character_device,
                {.permissions = 0666, .major = 1, .minor = 3, .given = true}, {1'600'000'003, 0});
  t.set_attributes(*t.find_path("/folder"), {.permissions = 0700, .user = 1, .group = 2, .given = true});
  return t;
}

std::shared_ptr<const opened_image> image_of(const tree::file_tree& t, const file_system_set& fs,
                                             std::uint16_t revision = 0x0201) {
  options how;
  how.file_systems = fs;
  how.udf.revision = revision;
  return std::make_shared<const opened_image>(testing::open_bytes(testing::bytes_of(plan(t, how))));
}

std::string text_of(const tree::file_tree& t, tree::content_id what) {
  std::string out(static_cast<std::size_t>(t.info(what).size), '\0');
  tree::content_reader(t).read(what, 0, std::as_writable_bytes(std::span(out)));
  return out;
}

class import_of : public ::testing::TestWithParam<file_system> {};

TEST_P(import_of, everything_a_file_system_knows_is_there) {
  const bool udf = GetParam() == file_system::udf;
  const auto tree = posix_tree();
  const auto image = image_of(tree, {!udf, false, !udf, udf});
  const auto back = import_tree(image, GetParam());
  const auto medium =
      std::shared_ptr<const disk::source>(std::shared_ptr<void>(), &image->source());  // the image's
  for (const auto& d : compare({tree}, {back, medium}, true))
    ADD_FAILURE() << name_of(d.what) << ' ' << d.path;
  EXPECT_EQ(back.file_count(), tree.file_count());
  EXPECT_EQ(back.content_of(*back.find_path("/posix/file")),
            back.content_of(*back.find_path("/posix/again")));
  EXPECT_EQ(back.attributes_of(*back.find_path("/posix/null")).minor, 3U);
}

INSTANTIATE_TEST_SUITE_P(import, import_of, ::testing::Values(file_system::rock_ridge, file_system::udf),
                         [](const auto& one) {
                           return one.param == file_system::udf ? "udf" : "rock_ridge";
                         });

TEST(import, contents_are_placed_where_they_lie) {
  const auto image = image_of(testing::sample_tree(), {true, true, false, false});
  const auto back = import_tree(image, file_system::joliet);
  const auto found = value_or_throw(image->find(file_system::joliet, "/README"), *image);
  const auto info = back.info(back.content_of(*back.find_path("/README")));
  EXPECT_EQ(info.from, tree::origin::placed);
  EXPECT_EQ(info.first_block, found.runs.front().at.value);
}

TEST(import, what_lies_in_an_icb_is_read_from_there) {
  const auto back =
      import_tree(image_of(testing::sample_tree(), {false, false, false, true}), file_system::udf);
  const auto content = back.content_of(*back.find_path("/README"));
  EXPECT_EQ(back.info(content).from, tree::origin::object);
  EXPECT_EQ(text_of(back, content), "read me");
}

TEST(import, named_streams_come_with_their_file) {
  auto t = testing::sample_tree();
  t.add_stream(*t.find_path("/README"), "author", tree::memory_content("somebody"));
  const auto back = import_tree(image_of(t, {false, false, false, true}), file_system::udf);
  const auto& streams = back.streams_of(*back.find_path("/README"));
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_EQ(streams[0].name, "author");
  EXPECT_EQ(text_of(back, streams[0].what), "somebody");
}

// As files do; those that lie in their ICB are read.
TEST(import, long_named_streams_stay_where_they_are) {
  auto t = testing::sample_tree();
  t.add_stream(*t.find_path("/README"), "long", tree::memory_content(std::string(9000, 'l')));
  const auto image = image_of(t, {true, false, false, true});
  const auto back = import_tree(image, file_system::udf);
  const auto info = back.info(back.streams_of(*back.find_path("/README")).at(0).what);
  EXPECT_EQ(info.from, tree::origin::placed);
  EXPECT_EQ(info.size, 9000U);
  std::string text(9000, '\0');
  image->source().read_at(disk::offset_of({info.first_block}), std::as_writable_bytes(std::span(text)));
  EXPECT_EQ(text, std::string(9000, 'l'));
}

TEST(import, what_is_hidden_stays_hidden) {
  auto t = testing::sample_tree();
  const auto readme = *t.find_path("/README");
  auto how = t.attributes_of(readme);
  how.hidden = how.given = true;
  t.set_attributes(readme, how);
  for (const auto fs : {file_system::joliet, file_system::udf}) {
    const auto back = import_tree(image_of(t, {true, true, false, true}), fs);
    EXPECT_TRUE(back.attributes_of(*back.find_path("/README")).hidden) << name_of(fs);
  }
}

// What is not imported would be gone in the new session.
TEST(import, a_file_outside_the_image_is_an_error) {
  auto bytes = testing::sample_bytes();
  const auto whole = testing::open_bytes(bytes);
  const auto last =
      value_or_throw(whole.find(file_system::joliet, "/docs/deep/deeper/deepest/bottom.bin"), whole);
  bytes.resize(static_cast<std::size_t>(last.runs.front().offset()));
  const auto cut = std::make_shared<const opened_image>(testing::open_bytes(std::move(bytes)));
  std::string message;
  EXPECT_EQ(code_of([&] { (void)import_tree(cut, file_system::joliet); }, &message),
            base::errc::file_system_inconsistent);
  EXPECT_NE(message.find("bottom.bin"), std::string::npos) << message;
}

TEST(import, a_stop_is_heard) {
  std::stop_source stop;
  stop.request_stop();
  const auto image = image_of(testing::sample_tree(), {});
  EXPECT_EQ(code_of([&] { (void)import_tree(image, file_system::joliet, {}, stop.get_token()); }),
            base::errc::cancelled);
}

TEST(compare, tells_what_is_new_gone_and_other) {
  const auto before = posix_tree();
  auto after = posix_tree();
  after.remove(*after.find_path("/docs/deep"));
  after.set_content(*after.find_path("/README"), tree::memory_content("reed me"));
  after.set_modified(*after.find_path("/posix/file"), {1'700'000'009, 0});
  after.add_directory(tree::root, "new");
  after.remove(*after.find_path("/docs/empty"));
  after.add_directory(*after.find_path("/docs"), "empty");
  std::vector<std::string> found;
  for (const auto& d : compare({before}, {after}, true))
    found.push_back(std::string(name_of(d.what)) + " " + d.path);
  EXPECT_EQ(found, (std::vector<std::string>{
                       "changed /README", "removed /docs/deep", "removed /docs/deep/deeper",
                       "removed /docs/deep/deeper/deepest", "removed /docs/deep/deeper/deepest/bottom.bin",
                       "removed /docs/empty", "added /docs/empty", "added /new", "metadata /posix/file"}));
}

}  // namespace
}  // namespace comeback::image
