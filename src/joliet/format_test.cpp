// SPDX-License-Identifier: Apache-2.0
#include "joliet/format.hpp"

#include <gtest/gtest.h>

namespace comeback::joliet {
namespace {

iso9660::volume_descriptor with_volume(std::string name) {
  iso9660::volume_facts facts;
  facts.volume = std::move(name);
  return descriptor(facts);
}

TEST(joliet_descriptor, is_recognised_by_its_escape_sequence) {
  auto d = with_volume("x");
  EXPECT_TRUE(is_joliet(d));
  EXPECT_EQ(d.header.type, 2);
  d.escapes[2] = 'A';
  EXPECT_FALSE(is_joliet(d));
  d = with_volume("x");
  d.header.type = 1;
  EXPECT_FALSE(is_joliet(d));
  d = with_volume("x");
  d.header.version = 2;  // an enhanced descriptor (ISO 9660:1999)
  EXPECT_FALSE(is_joliet(d));
}

TEST(joliet_descriptor, keeps_the_volume_name_as_it_is) {
  const auto d = with_volume(
      "\xC3\x9C"
      "ber disc");
  EXPECT_EQ(style().text(d.volume.all()),
            "\xC3\x9C"
            "ber disc");
}

TEST(joliet_descriptor, cuts_a_long_name_but_no_pair) {
  EXPECT_EQ(style().text(with_volume(std::string(20, 'x')).volume.all()), std::string(16, 'x'));
  EXPECT_EQ(style().text(with_volume(std::string(15, 'x') + "\xF0\x9F\x8D\x8E").volume.all()),
            std::string(15, 'x'));
}

TEST(joliet_style, drops_versions) {
  EXPECT_EQ(style().name(std::string("\0a\0;\0"
                                     "1",
                                     6)),
            "a");
  EXPECT_EQ(style().name(std::string("\0;", 2)), ";");
  EXPECT_EQ(style().name(std::string("\xD8\0", 2)), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace comeback::joliet
