// SPDX-License-Identifier: Apache-2.0
// Internal: for tests of this folder.
#pragma once

// Two drives, media in a folder of this machine, and the few words tests say often.

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "com/object/arrays.hpp"
#include "com/object/boundary.hpp"
#include "com/object/facade_test.hpp"
#include "com/stream/stream.hpp"
#include "imapi2/disc_format_data.hpp"
#include "imapi2/disc_master.hpp"
#include "imapi2/disc_recorder.hpp"
#include "imapi2/fake_recorder.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imapi2error.h>

namespace comeback::imapi2 {

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

/// The elements of an array, which it frees.
inline std::vector<com::variant> taken(SAFEARRAY* array) {
  const com::safe_array held(array);
  std::vector<com::variant> all;
  LONG high = -1;
  EXPECT_EQ(SafeArrayGetUBound(array, 1, &high), S_OK);
  for (LONG i = 0; i <= high; ++i) {
    com::variant one;
    EXPECT_EQ(SafeArrayGetElement(array, &i, one.put()), S_OK);
    all.push_back(std::move(one));
  }
  return all;
}

inline std::vector<LONG> numbers_in(SAFEARRAY* array, VARTYPE type) {
  std::vector<LONG> all;
  for (const auto& one : taken(array)) {
    EXPECT_EQ(one.get().vt, type);
    all.push_back(one.get().lVal);
  }
  return all;
}

/// What a property of one number is.
template <class On, class I, class T>
T value_of(const com::ptr<On>& object, HRESULT (STDMETHODCALLTYPE I::*get)(T*)) {
  T value{};
  EXPECT_EQ((object.get()->*get)(&value), S_OK);
  return value;
}

/// Bytes in memory as a stream; reading past `breaks_at` fails.
class test_bytes final : public com::stream_bytes {
 public:
  explicit test_bytes(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t breaks_at = ~std::uint64_t{0};
  std::uint64_t told_more = 0;

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size() + told_more; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset + into.size() > breaks_at) throw base::error(base::errc::io_error, "The disk broke.");
    if (offset >= bytes_.size()) return 0;
    const auto count = std::min<std::size_t>(into.size(), bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  }
  void write_at(std::uint64_t, std::span<const std::byte>) override {}
  void resize(std::uint64_t) override {}
  [[nodiscard]] DWORD mode() const override { return STGM_READ; }
  [[nodiscard]] std::string name() const override { return "test"; }

 private:
  std::vector<std::byte> bytes_;
};

/// Blocks each of which has its own number and a mark in every word, so that no two are alike.
inline std::vector<std::byte> marked(std::size_t blocks, std::uint8_t mark) {
  std::vector<std::byte> all(blocks * disk::block_size);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<std::byte>(i % 4 == 0 ? mark : (i / disk::block_size) >> (8 * (i % 4 - 1)));
  return all;
}

class recorder_facade : public com::facade_test {
 protected:
  template <class F>
  static base::errc code_of(F&& call) {
    try {
      (void)call();
      return base::errc::ok;
    } catch (const base::error& e) {
      return e.code();
    }
  }
  recorder_facade() {
    registry->drives = {first, second};
    on->recorders = registry;
    on->now = [this] { return now; };
  }

  com::ptr<IDiscMaster2> master() { return com::make<disc_master>(std::shared_ptr<const backend>(on)); }
  com::ptr<IDiscRecorder2> new_recorder() {
    return com::make<disc_recorder>(std::shared_ptr<const backend>(on));
  }
  com::ptr<IDiscRecorder2> recorder(const std::string& id = "first") {
    auto made = new_recorder();
    EXPECT_EQ(made->InitializeDiscRecorder(words(id)), S_OK);
    return made;
  }
  com::ptr<IDiscFormat2Data> new_format() {
    return com::make<disc_format_data>(std::shared_ptr<const backend>(on));
  }
  /// Ready to write, on the first drive.
  com::ptr<IDiscFormat2Data> format() {
    auto made = new_format();
    EXPECT_EQ(made->put_Recorder(recorder().get()), S_OK);
    EXPECT_EQ(made->put_ClientName(words("test")), S_OK);
    return made;
  }
  /// A blank medium in the first drive.
  void insert(optical::media_type type, std::uint64_t blocks = 0) {
    first->image = folder.path() / ("disc " + std::to_string(++inserted));
    if (optical::facts_of(type).how == optical::writing::none)  // only an image that is there
      std::ofstream(first->image) << std::string(disk::block_size, 'x');
    optical::create_image_medium(first->image, type, {blocks});
  }
  /// The same, with a session of this many blocks.
  void insert_written(optical::media_type type, std::size_t blocks, std::uint64_t of = 0,
                      bool finalize = false) {
    insert(type, of);
    const auto medium = optical::open_image_medium(first->image, optical::access::writing);
    medium->write({0}, marked(blocks, 1));
    medium->close_session(finalize);
  }
  [[nodiscard]] std::unique_ptr<optical::medium> medium() const {
    return optical::open_image_medium(first->image, optical::access::reading);
  }
  [[nodiscard]] std::vector<std::byte> blocks_at(std::uint64_t at, std::size_t count) const {
    std::vector<std::byte> found(count * disk::block_size);
    found.resize(medium()->bytes()->read_at(at * disk::block_size, found));
    return found;
  }
  static com::ptr<IStream> stream_of(std::shared_ptr<test_bytes> bytes) {
    return com::make<com::stream>(std::move(bytes));
  }
  static com::ptr<IStream> stream_of(std::size_t blocks, std::uint8_t mark) {
    return stream_of(std::make_shared<test_bytes>(marked(blocks, mark)));
  }

  base::temporary_folder folder;
  int inserted = 0;
  std::chrono::milliseconds now{0};
  std::shared_ptr<fake_drive> first = std::make_shared<fake_drive>("first"),
                              second = std::make_shared<fake_drive>("second");
  std::shared_ptr<fake_registry> registry = std::make_shared<fake_registry>();
  std::shared_ptr<backend> on = std::make_shared<backend>();
};

constexpr HRESULT hr(base::errc code) { return static_cast<HRESULT>(code); }

}  // namespace comeback::imapi2
