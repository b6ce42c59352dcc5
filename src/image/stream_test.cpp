// SPDX-License-Identifier: Apache-2.0
#include "image/stream.hpp"

#include "image/test_image.hpp"

#include <atomic>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

namespace comeback::image {
namespace {

TEST(stream, gives_the_same_bytes_from_any_offset) {
  const stream s(std::make_shared<const layout>(plan(testing::sample_tree(), {})));
  const auto whole = testing::sample_bytes();
  ASSERT_EQ(s.size(), whole.size());
  std::vector<std::byte> part(4097);
  for (std::uint64_t at = 0; at < whole.size(); at += 1021) {
    const auto n = s.read_at(at, part);
    ASSERT_EQ(n, std::min<std::uint64_t>(part.size(), whole.size() - at));
    ASSERT_EQ(std::memcmp(part.data(), whole.data() + at, n), 0) << at;
  }
  EXPECT_EQ(s.read_at(whole.size(), part), 0U);
  EXPECT_EQ(s.read_at(~std::uint64_t{0}, part), 0U);
}

TEST(stream, may_be_read_by_several_threads) {
  const stream s(std::make_shared<const layout>(plan(testing::sample_tree(), {})));
  const auto whole = testing::sample_bytes();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::vector<std::byte> part(3000);
      for (std::uint64_t i = 0; i < 300; ++i) {
        const auto at = (i * 7919 + t * 104729) % whole.size();
        const auto n = s.read_at(at, part);
        if (std::memcmp(part.data(), whole.data() + at, n) != 0) ++wrong;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

// Five GiB of which no byte is kept.
struct counting final : tree::content {
  struct reader final : tree::reader {
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<std::byte>((offset + i) >> 20);
      return into.size();
    }
  };
  [[nodiscard]] std::uint64_t size() const override { return std::uint64_t{5} << 30; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override { return std::make_unique<reader>(); }
};

TEST(stream, holds_files_of_any_size_without_holding_them) {
  tree::file_tree t;
  t.add_file(tree::root, "large", std::make_shared<counting>());
  const opened_image image(std::make_shared<const stream>(std::make_shared<const layout>(plan(t, {}))));
  for (const auto fs : {file_system::iso9660, file_system::joliet}) {
    const auto e = *image.find(fs, fs == file_system::joliet ? "/large" : "/LARGE");
    EXPECT_EQ(e.size, std::uint64_t{5} << 30);
    EXPECT_EQ(e.runs.size(), 2U);
    std::vector<std::byte> bytes(8192);
    const auto at = 0xFFFFF800ULL - 4096;  // across the border of two sections
    ASSERT_EQ(*image.read(e, at, bytes), bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i)
      ASSERT_EQ(bytes[i], static_cast<std::byte>((at + i) >> 20)) << i;
  }
}

}  // namespace
}  // namespace comeback::image
