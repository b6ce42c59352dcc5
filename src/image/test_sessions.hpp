// SPDX-License-Identifier: Apache-2.0
// What tests of sessions share: what an image shows, and what a cut leaves of the writes of an append.
#pragma once

#include "image/open.hpp"
#include "image/test_medium.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::image::testing {

/// What a file system holds, by path: contents as they are read, "/" at directories, "> " and what they lead
/// to at links.
using contents = std::map<std::string, std::string>;

inline contents read_all(const opened_image& image, file_system fs) {
  contents out;
  const auto done = image.walk(fs, [&](const std::string& path, const entry& e) {
    if (e.directory) return out.emplace(path, "/"), true;
    if (e.kind != tree::node_kind::file) return out.emplace(path, "> " + e.link_target), true;
    std::string text(static_cast<std::size_t>(e.size), '\0');
    const auto n = image.read(e, 0, std::as_writable_bytes(std::span(text)));
    EXPECT_TRUE(n) << path << ": " << base::to_string(n.error());
    out.emplace(path, text);
    return true;
  });
  EXPECT_TRUE(done) << base::to_string(done.error());
  return out;
}

inline std::shared_ptr<const opened_image> last_session(const memory_medium& medium) {
  return std::make_shared<const opened_image>(medium.bytes());
}

/// What a disk may have when the power goes: all writes before the last sync that returned, of those behind
/// it any, each whole. `loses` decides which of these are lost; null: none.
inline std::vector<std::byte> after_a_cut(std::vector<std::byte> bytes,
                                          std::span<const memory_medium::written> writes,
                                          std::mt19937* loses) {
  for (const auto& one : writes) {
    if (loses != nullptr && one.epoch == writes.back().epoch && (*loses)() % 2 == 0) continue;
    const auto at = static_cast<std::size_t>(disk::offset_of(one.at));
    bytes.resize(std::max(bytes.size(), at + one.bytes.size()));
    std::ranges::copy(one.bytes, bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return bytes;
}

}  // namespace comeback::image::testing
