// SPDX-License-Identifier: Apache-2.0
#include "udf_kinds.hpp"

#include <ostream>

#include <fmt/format.h>

namespace comeback::conformance {

using udf::partition_type;

std::string udf_kind::title() const {
  return fmt::format("{:x}_{}{}{}", revision, udf::name_of(partition), mirror ? "" : "_no_mirror",
                     bridge ? "_bridge" : "");
}

image::options udf_kind::how() const {
  image::options out;
  out.created = {1700000000, 0};
  out.file_systems = {bridge, bridge, false, true};
  out.udf.revision = revision;
  out.udf.partition = partition;
  out.udf.mirror = mirror;
  return out;
}

void PrintTo(const udf_kind& k, std::ostream* out) { *out << k.title(); }

std::vector<udf_kind> udf_kinds() {
  std::vector<udf_kind> all;
  for (const bool bridge : {false, true}) {
    for (const std::uint16_t r : {0x102, 0x150, 0x200, 0x201})
      all.push_back({r, partition_type::plain, true, bridge});
    for (const std::uint16_t r : {0x150, 0x200, 0x201, 0x250, 0x260})
      for (const auto p : {partition_type::vat, partition_type::sparable})
        all.push_back({r, p, true, bridge});
    for (const std::uint16_t r : {0x250, 0x260})
      for (const bool mirror : {true, false}) all.push_back({r, partition_type::metadata, mirror, bridge});
  }
  return all;
}

}  // namespace comeback::conformance
