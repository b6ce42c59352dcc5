// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace comeback::base {
namespace {

std::string hex_of(std::string_view text) { return to_hex(sha256_of(std::as_bytes(std::span(text)))); }

// FIPS 180-4's examples.
TEST(sha256, known_answers) {
  EXPECT_EQ(hex_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(sha256, parts_give_what_the_whole_gives_and_a_hash_can_be_used_again) {
  const std::string_view text = "abc";
  sha256 hash;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < text.size(); ++i) hash.add(std::as_bytes(std::span(text).subspan(i, 1)));
    EXPECT_EQ(to_hex(hash.finish()), hex_of("abc"));
  }
}

}  // namespace
}  // namespace comeback::base
