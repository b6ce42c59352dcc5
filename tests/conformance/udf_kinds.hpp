// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace comeback::conformance {

/// A kind of UDF volume, alone or beside ISO 9660 and Joliet (a bridge).
struct udf_kind {
  std::uint16_t revision;
  udf::partition_type partition;
  bool mirror = true;
  bool bridge = false;

  [[nodiscard]] std::string title() const;  ///< "250_metadata_no_mirror_bridge"
  [[nodiscard]] image::options how() const;
};
void PrintTo(const udf_kind& k, std::ostream* out);

/// Every revision with every partition type that it has.
[[nodiscard]] std::vector<udf_kind> udf_kinds();

}  // namespace comeback::conformance
