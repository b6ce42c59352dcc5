// SPDX-License-Identifier: Apache-2.0
#include "image/dedupe.hpp"

#include "image/test_image.hpp"

#include <cstring>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

namespace comeback::image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tree::content_id;
using tree::memory_content;

content_id number(std::uint32_t n) { return content_id{n}; }

/// Reads as zeros, and fails where it is told to.
class zeros : public tree::content {
 public:
  explicit zeros(std::uint64_t bytes, bool fails = false) : bytes_(bytes), fails_(fails) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    class reads : public tree::reader {
     public:
      explicit reads(bool fails) : fails_(fails) {}
      std::size_t read_at(std::uint64_t, std::span<std::byte> into) override {
        if (fails_) throw base::error(base::errc::data_stream_read_failure, "The stream broke.");
        std::ranges::fill(into, std::byte{});
        return into.size();
      }

     private:
      bool fails_;
    };
    return std::make_unique<reads>(fails_);
  }

 private:
  std::uint64_t bytes_;
  bool fails_;
};

/// a, c and /d/e are equal, b is as long, f is empty as g is.
tree::file_tree sample() {
  tree::file_tree t;
  t.add_file(tree::root, "a", memory_content("the same"));
  t.add_file(tree::root, "b", memory_content("another."));
  t.add_file(tree::root, "c", memory_content("the same"));
  const auto d = t.add_directory(tree::root, "d");
  t.add_file(d, "e", memory_content("the same"));
  t.add_file(tree::root, "f", memory_content(""));
  t.add_file(tree::root, "g", memory_content(""));
  return t;
}

TEST(dedupe, finds_equals_and_nothing_else) {
  const auto equal = find_equal_contents(sample());
  EXPECT_THAT(equal.first, ElementsAre(number(0), number(1), number(0), number(0), number(4), number(5)));
  EXPECT_EQ(equal.files, 2U);
  EXPECT_EQ(equal.bytes, 16U);
}

TEST(dedupe, nothing_to_read_is_nothing_equal) {
  EXPECT_TRUE(find_equal_contents(tree::file_tree()).first.empty());
}

TEST(dedupe, equals_share_an_extent_and_read_as_before) {
  options how;
  const auto before = plan(sample(), how).blocks().value;
  how.extent_of = find_equal_contents(sample()).first;
  const auto planned = plan(sample(), how);
  EXPECT_EQ(planned.blocks().value, before - 2);
  const auto image = testing::open_bytes(testing::bytes_of(planned));
  for (const auto fs : {file_system::iso9660, file_system::joliet}) {
    std::set<std::uint64_t> places;
    for (const auto* path : {"/a", "/c", "/d/e"}) {
      const auto file = value_or_throw(image.find(fs, path), image);
      places.insert(file.runs.at(0).at.value);
      std::vector<std::byte> bytes(8);
      EXPECT_EQ(value_or_throw(image.read(file, 0, bytes), image), 8U);
      EXPECT_EQ(std::memcmp(bytes.data(), "the same", 8), 0) << path;
    }
    EXPECT_EQ(places.size(), 1U);
    places.insert(value_or_throw(image.find(fs, "/b"), image).runs.at(0).at.value);
    EXPECT_EQ(places.size(), 2U);
  }
}

TEST(dedupe, linked_equals_are_one_content) {
  auto t = sample();
  link_equal_contents(t, find_equal_contents(t));
  EXPECT_EQ(t.content_of(*t.find_path("/a")), t.content_of(*t.find_path("/d/e")));
  EXPECT_NE(t.content_of(*t.find_path("/a")), t.content_of(*t.find_path("/b")));
}

TEST(dedupe, equal_beginnings_are_not_enough) {
  std::string one(3 << 20, 'x'), other = one;
  other.back() = 'y';
  tree::file_tree t;
  t.add_file(tree::root, "one", memory_content(one));
  t.add_file(tree::root, "other", memory_content(other));
  t.add_file(tree::root, "third", memory_content(other));
  EXPECT_THAT(find_equal_contents(t).first, ElementsAre(number(0), number(1), number(1)));
}

TEST(dedupe, many_are_the_same_whatever_the_number_of_readers) {
  tree::file_tree t;
  for (int i = 0; i < 500; ++i)
    t.add_file(tree::root, std::to_string(i), memory_content("file " + std::to_string(i % 7)));
  for (const unsigned readers : {0U, 1U, 8U}) {
    const auto equal = find_equal_contents(t, {}, {}, readers);
    EXPECT_EQ(equal.files, 493U);
    for (std::uint32_t i = 0; i < 500; ++i) EXPECT_EQ(equal.first[i], number(i % 7));
  }
}

TEST(dedupe, who_has_no_equal_in_size_is_not_read) {
  tree::file_tree t;
  t.add_file(tree::root, "a", std::make_shared<zeros>(10, true));
  t.add_file(tree::root, "b", std::make_shared<zeros>(11, true));
  EXPECT_EQ(find_equal_contents(t).files, 0U);
}

TEST(dedupe, a_file_that_cannot_be_read_is_an_error) {
  tree::file_tree t;
  t.add_file(tree::root, "a", std::make_shared<zeros>(10));
  t.add_file(tree::root, "b", std::make_shared<zeros>(10, true));
  std::string message;
  EXPECT_EQ(testing::code_of([&] { (void)find_equal_contents(t); }, &message),
            base::errc::data_stream_read_failure);
  EXPECT_THAT(message, HasSubstr("broke"));
}

TEST(dedupe, a_stop_ends_it) {
  tree::file_tree t;
  for (const auto* name : {"a", "b"}) t.add_file(tree::root, name, std::make_shared<zeros>(1ULL << 50));
  std::stop_source stop;
  const auto stops = [&](const base::progress_report&) { stop.request_stop(); };
  EXPECT_EQ(testing::code_of([&] { (void)find_equal_contents(t, stops, stop.get_token()); }),
            base::errc::cancelled);
}

TEST(dedupe, a_receiver_of_progress_that_throws_ends_it) {
  tree::file_tree t;
  for (const auto* name : {"a", "b"}) t.add_file(tree::root, name, std::make_shared<zeros>(1ULL << 50));
  const auto throws = [](const base::progress_report&) { throw std::runtime_error("enough"); };
  EXPECT_THROW((void)find_equal_contents(t, throws), std::runtime_error);
}

TEST(dedupe, progress_never_runs_back_within_a_phase) {
  tree::file_tree t;
  for (int i = 0; i < 50; ++i) t.add_file(tree::root, std::to_string(i), std::make_shared<zeros>(1 << 20));
  std::string phase;
  std::uint64_t last = 0;
  const auto watch = [&](const base::progress_report& r) {
    if (r.phase != phase) last = 0;
    phase = r.phase;
    EXPECT_GE(r.done, last);
    EXPECT_LE(r.done, r.total);
    last = r.done;
  };
  EXPECT_EQ(find_equal_contents(t, watch).files, 49U);
  EXPECT_EQ(phase, "comparing");
  EXPECT_EQ(last, 2 * 49 * (1ULL << 20));
}

}  // namespace
}  // namespace comeback::image
