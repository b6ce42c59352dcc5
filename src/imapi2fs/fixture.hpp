// SPDX-License-Identifier: Apache-2.0
#pragma once

// An image object, a folder on this machine and the few words tests say often.

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "com/object/boundary.hpp"
#include "com/object/facade_test.hpp"
#include "com/stream/stream.hpp"
#include "imapi2fs/file_system_image.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <shlwapi.h>
#include <unistd.h>

namespace comeback::imapi2fs {

class words {
 public:
  explicit words(const std::string& text) : text_(com::to_bstr(text)) {}
  words(const words&) = delete;
  words& operator=(const words&) = delete;
  ~words() { SysFreeString(text_); }
  operator BSTR() const { return text_; }

 private:
  BSTR text_;
};

/// A stream that tells ten bytes and gives none.
class broken final : public com::stream_bytes {
 public:
  [[nodiscard]] std::uint64_t size() const override { return 10; }
  std::size_t read_at(std::uint64_t, std::span<std::byte>) override {
    throw base::error(base::errc::io_error, "The disk broke.");
  }
  void write_at(std::uint64_t, std::span<const std::byte>) override {}
  void resize(std::uint64_t) override {}
  [[nodiscard]] DWORD mode() const override { return STGM_READ; }
  [[nodiscard]] std::string name() const override { return "broken"; }
};

class image_facade : public com::facade_test {
 protected:
  void SetUp() override { ASSERT_EQ(image->get_Root(root.put()), S_OK); }

  void write(const std::string& path, const std::string& contents) const {
    std::filesystem::create_directories((folder / path).parent_path());
    std::ofstream(folder / path, std::ios::binary) << contents;
  }
  [[nodiscard]] com::ptr<IStream> stream(const std::string& path) const {
    com::ptr<IStream> s;
    EXPECT_EQ(
        SHCreateStreamOnFileEx((folder / path).wstring().c_str(), STGM_READ, 0, FALSE, nullptr, s.put()),
        S_OK);
    return s;
  }
  [[nodiscard]] LONG files() const {
    LONG count = -1;
    EXPECT_EQ(image->get_FileCount(&count), S_OK);
    return count;
  }

  static constexpr base::timestamp noon{.seconds = 1'700'049'600, .nanoseconds = 0};  // 2023-11-15 12:00:00
  base::temporary_folder own;
  const std::filesystem::path folder = own.path();
  com::ptr<IFileSystemImage> image = com::make<file_system_image>([] { return noon; });
  com::ptr<IFsiDirectoryItem> root;
};

constexpr HRESULT hr(std::uint32_t code) { return static_cast<HRESULT>(code); }

}  // namespace comeback::imapi2fs
