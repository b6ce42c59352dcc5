// SPDX-License-Identifier: Apache-2.0
#include "image/open.hpp"

#include "image/test_image.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace comeback::image {
namespace {

using testing::code_of;
using ::testing::IsSupersetOf;
using testing::open_bytes;
using testing::sample_bytes;

std::string content(const opened_image& image, file_system fs, std::string_view path) {
  const auto e = *image.find(fs, path);
  std::string out(static_cast<std::size_t>(e.size), '\0');
  EXPECT_EQ(*image.read(e, 0, std::as_writable_bytes(std::span(out))), out.size());
  return out;
}

TEST(opened_image, tells_what_its_descriptors_say) {
  const auto image = open_bytes(
      sample_bytes({.volume_name = "My Disc", .created = {1700000000, 0}, .publisher = "Somebody"}));
  ASSERT_EQ(image.volumes().size(), 2U);
  EXPECT_EQ(image.volumes()[0].volume_name, "MY_DISC");
  EXPECT_EQ(image.volumes()[0].publisher, "SOMEBODY");
  EXPECT_EQ(image.volumes()[0].created, (base::timestamp{1700000000, 0}));
  EXPECT_EQ(image.volumes()[1].volume_name, "My Disc");
  EXPECT_EQ(image.volumes()[1].publisher, "Somebody");
  EXPECT_EQ(image.volumes()[1].blocks.value * 2048, image.source().size());
  EXPECT_EQ(image.best(), file_system::joliet);
}

TEST(opened_image, has_the_same_files_in_every_file_system) {
  const auto image = open_bytes(sample_bytes());
  EXPECT_EQ(content(image, file_system::joliet,
                    "/docs/\xC3\x9C"
                    "ber uns.txt"),
            "we are we\n");
  EXPECT_EQ(content(image, file_system::iso9660, "/DOCS/_BER_UNS.TXT"), "we are we\n");
  EXPECT_EQ(content(image, file_system::iso9660, "docs/_ber_uns.txt;1"), "we are we\n");
  EXPECT_EQ(content(image, file_system::joliet, "/docs/empty"), "");
  EXPECT_EQ(content(image, file_system::joliet, "/docs/deep/deeper/deepest/bottom.bin").size(), 5000U);
  EXPECT_EQ(image
                .find(file_system::joliet,
                      "/docs/\xC3\x9C"
                      "ber uns.txt")
                ->modified.seconds,
            1700000000);
}

TEST(opened_image, without_joliet_offers_what_it_has) {
  const auto image = open_bytes(sample_bytes({.file_systems = {.joliet = false}}));
  EXPECT_FALSE(image.has(file_system::joliet));
  EXPECT_EQ(image.best(), file_system::iso9660);
  EXPECT_EQ(code_of([&] { (void)image.root(file_system::joliet); }), base::errc::file_system_not_found);
}

TEST(opened_image, walks_folders_before_what_is_in_them) {
  const auto image = open_bytes(sample_bytes());
  std::string seen;
  ASSERT_TRUE(image.walk(file_system::joliet, [&](const std::string& path, const entry&) {
    seen += path + "\n";
    return true;
  }));
  EXPECT_EQ(seen,
            "/README\n/docs\n/docs/deep\n/docs/deep/deeper\n/docs/deep/deeper/deepest\n/docs/deep/deeper/"
            "deepest/bottom.bin\n"
            "/docs/empty\n/docs/\xC3\x9C"
            "ber uns.txt\n/folder\n");
}

TEST(opened_image, names_alone_are_those_of_the_whole_walk) {
  const auto image = open_bytes(sample_bytes({.file_systems = {true, true, true, true}}));
  for (const auto& v : image.volumes()) {
    std::string whole, names;
    const auto into = [](std::string& text) {
      return [&text](const std::string& path, const entry& e) {
        text += path + (e.directory ? "/ " : " ");
        return true;
      };
    };
    EXPECT_TRUE(image.walk(v.fs, into(whole)));
    EXPECT_TRUE(image.walk_names(v.fs, "/", image.root(v.fs), into(names)));
    EXPECT_EQ(names, whole) << name_of(v.fs);
    EXPECT_NE(whole.find("/ "), std::string::npos);  // there are directories
  }
}

TEST(opened_image, a_walk_ends_when_the_visitor_says_so) {
  const auto image = open_bytes(sample_bytes());
  int count = 0;
  ASSERT_TRUE(image.walk(file_system::joliet, [&](const std::string&, const entry&) { return ++count < 3; }));
  EXPECT_EQ(count, 3);
}

TEST(opened_image, what_is_not_there_is_named) {
  const auto image = open_bytes(sample_bytes());
  std::string message;
  EXPECT_EQ(code_of([&] { (void)image.find(file_system::joliet, "/docs/none"); }, &message),
            base::errc::item_not_found);
  EXPECT_NE(message.find("/docs/none"), std::string::npos);
  EXPECT_EQ(code_of([&] { (void)image.find(file_system::joliet, "/README/x"); }),
            base::errc::not_a_directory);
}

TEST(opened_image, that_is_no_image_is_refused_with_its_name) {
  for (const std::size_t size : {0U, 100U, 40000U}) {
    std::string message;
    EXPECT_EQ(code_of([&] { open_bytes(std::vector<std::byte>(size)); }, &message),
              base::errc::no_supported_file_system);
    EXPECT_NE(message.find("test.iso"), std::string::npos);
  }
}

TEST(opened_image, cut_short_still_lists_but_does_not_read_what_is_gone) {
  auto bytes = sample_bytes();
  bytes.resize(bytes.size() - 4096);
  const auto image = open_bytes(bytes);
  const auto e = *image.find(file_system::joliet, "/docs/deep/deeper/deepest/bottom.bin");
  std::vector<std::byte> into(5000);
  const auto read = image.read(e, 0, into);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, base::fault::out_of_range);
}

TEST(opened_image, cut_at_any_block_ends_with_an_answer) {
  const auto bytes = sample_bytes();
  for (std::size_t blocks = 0; blocks * 2048 < bytes.size(); ++blocks) {
    const auto code = code_of([&] {
      const auto image =
          open_bytes({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(blocks * 2048)});
      for (const auto& v : image.volumes())
        (void)image.walk(v.fs, [](const std::string&, const entry&) { return true; });
    });
    EXPECT_TRUE(code == base::errc::ok || code == base::errc::no_supported_file_system) << blocks;
  }
}

// Where the record of a name stands in the bytes of an image.
std::size_t record_of(const std::vector<std::byte>& bytes, std::string_view identifier) {
  const auto text = testing::text_of(bytes);
  const auto at = text.find(identifier, std::size_t{55} * 2048);
  EXPECT_NE(at, std::string_view::npos);
  return at - 33;
}

struct walked {
  std::vector<std::string> paths;
  std::optional<base::parse_error> fault;
};

walked walk_of(const std::vector<std::byte>& bytes) {
  walked out;
  const auto done = open_bytes(bytes).walk(file_system::iso9660, [&](const auto& path, const entry&) {
    out.paths.push_back(path);
    return true;
  });
  if (!done) out.fault = done.error();
  return out;
}

TEST(opened_image, a_directory_that_leads_back_is_a_loop_and_the_walk_goes_on) {
  auto bytes = sample_bytes();
  bytes[record_of(bytes, "DEEPER") + 2] = std::byte{55};  // the root
  const auto found = walk_of(bytes);
  ASSERT_TRUE(found.fault);
  EXPECT_EQ(found.fault->what, base::fault::loop);
  EXPECT_THAT(found.paths, IsSupersetOf({"/DOCS/DEEP/DEEPER", "/DOCS/EMPTY", "/FOLDER", "/README"}));
}

TEST(opened_image, a_directory_outside_is_a_fault_and_the_walk_goes_on) {
  auto bytes = sample_bytes();
  bytes[record_of(bytes, "DEEPER") + 4] = std::byte{0x7F};
  const auto found = walk_of(bytes);
  ASSERT_TRUE(found.fault);
  EXPECT_EQ(found.fault->what, base::fault::out_of_range);
  EXPECT_THAT(found.paths, IsSupersetOf({"/DOCS/DEEP/DEEPER", "/DOCS/EMPTY", "/FOLDER", "/README"}));
}

TEST(opened_image, rock_ridge_entries_that_cannot_be_read_cost_their_file_alone) {
  auto bytes = sample_bytes({.file_systems = {.joliet = false, .rock_ridge = true}});
  const auto text = testing::text_of(bytes);
  const auto name = text.find(std::string_view("NM\x0B\x01\0README", 11));
  ASSERT_NE(name, std::string_view::npos);
  bytes[name + 2] = std::byte{0xFF};  // its length
  const auto image = open_bytes(bytes);
  const auto entries = *image.list(file_system::rock_ridge, image.root(file_system::rock_ridge));
  ASSERT_EQ(entries.size(), 3U);
  for (const auto& e : entries) EXPECT_EQ(e.fault != nullptr, e.stored_name == "README.;1") << e.name;
}

TEST(opened_image, an_interleaved_file_is_not_supported) {
  auto bytes = sample_bytes();
  bytes[record_of(bytes, "README.") + 26] = std::byte{1};
  const auto image = open_bytes(bytes);
  EXPECT_EQ(image.list(file_system::iso9660, image.root(file_system::iso9660)).error().what,
            base::fault::unsupported);
}

TEST(opened_image, a_path_without_end_is_a_fault) {
  tree::file_tree t;
  auto at = tree::root;
  for (int i = 0; i < 700; ++i) at = t.add_directory(at, std::string(100, 'd'));
  const auto image = open_bytes(testing::bytes_of(plan(t, {})));
  const auto walked = image.walk(file_system::joliet, [](const std::string&, const entry&) { return true; });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().what, base::fault::out_of_range);
  EXPECT_TRUE(image.walk(file_system::iso9660, [](const std::string&, const entry&) { return true; }));
}

TEST(opened_image, of_a_missing_file_is_an_error_with_its_name) {
  std::string message;
  EXPECT_EQ(code_of([] { (void)open_image("/nowhere/x.iso"); }, &message), base::errc::file_not_found);
  EXPECT_NE(message.find("/nowhere/x.iso"), std::string::npos);
}

TEST(opened_image, paths_far_larger_than_the_image_are_a_fault) {
  tree::file_tree t;
  auto at = tree::root;
  for (int i = 0; i < 600; ++i) at = t.add_directory(at, std::string(100, 'd'));
  for (int i = 0; i < 3000; ++i) t.add_file(at, std::to_string(i), tree::memory_content(""));
  const auto image = open_bytes(testing::bytes_of(plan(t, {})));
  const auto allowed = image.source().size() * 16 + (64 << 20);
  std::uint64_t bytes = 0;
  const auto walked = image.walk(file_system::joliet, [&](const std::string& path, const entry&) {
    bytes += path.size() + sizeof(run);
    return true;
  });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().what, base::fault::out_of_range);
  EXPECT_NE(walked.error().field.find("far larger than the image"), std::string::npos);
  EXPECT_LE(bytes, allowed);
  EXPECT_GT(bytes, allowed - 65536) << "no sooner than it must";
}

}  // namespace
}  // namespace comeback::image
