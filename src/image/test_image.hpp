// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share: trees and images in memory.
#pragma once

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "image/stream.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace comeback::image::testing {

/// The code of the error that `work` throws, or `ok`. `message` receives its sentence.
inline base::errc code_of(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const base::error& e) {
    if (message != nullptr) *message = e.what();
    return e.code();
  }
  return base::errc::ok;
}

/// /docs/Über uns.txt, /docs/empty, /docs/deep/…/bottom.bin (three levels), /README, /folder (empty)
inline tree::file_tree sample_tree() {
  tree::file_tree t;
  const auto docs = t.add_directory(tree::root, "docs", {1000, 0});
  t.add_file(docs,
             "\xC3\x9C"
             "ber uns.txt",
             tree::memory_content("we are we\n"), {1700000000, 0});
  t.add_file(docs, "empty", tree::memory_content(""));
  auto deep = docs;
  for (const auto* name : {"deep", "deeper", "deepest"}) deep = t.add_directory(deep, name);
  std::string bytes(5000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  t.add_file(deep, "bottom.bin", tree::memory_content(bytes));
  t.add_file(tree::root, "README", tree::memory_content("read me"));
  t.add_directory(tree::root, "folder");
  return t;
}

/// As many bytes as one wants, each telling the block it is of.
class endless final : public tree::content {
 public:
  explicit endless(std::uint64_t bytes) : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t size() const override { return bytes_; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override { return std::make_unique<reader>(); }
  static std::byte at(std::uint64_t offset) {
    return static_cast<std::byte>(offset / disk::block_size * 37 >> 3);
  }

 private:
  struct reader final : tree::reader {
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      for (auto& b : into) b = at(offset++);
      return into.size();
    }
  };
  std::uint64_t bytes_;
};

inline std::vector<std::byte> bytes_of(const layout& plan) {
  const stream s(std::make_shared<const layout>(plan));
  std::vector<std::byte> out(static_cast<std::size_t>(s.size()));
  EXPECT_EQ(s.read_at(0, out), out.size());
  return out;
}

/// An image as text to search; it refers to the bytes.
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::vector<std::byte> sample_bytes(const options& how = {}) {
  return bytes_of(plan(sample_tree(), how));
}

inline opened_image open_bytes(std::vector<std::byte> bytes) {
  return opened_image(std::make_shared<const disk::memory_source>(std::move(bytes), "test.iso"));
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder of its own that goes away with the test.
class folder_test : public ::testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) {
    std::ofstream(top_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(top_), {}));
  }

  base::temporary_folder own_;
  const std::filesystem::path top_ = own_.path();
};

}  // namespace comeback::image::testing
