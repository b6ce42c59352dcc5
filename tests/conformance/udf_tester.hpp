// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/units.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace comeback::conformance {

/// What the Philips UDF conformance tester minds about an image: nothing where it counts neither errors nor
/// warnings. It may check, and not be shipped: whoever has it names it in COMEBACK_UDF_TEST, and without that
/// there is no answer. `ecc_blocks` of the medium are corrected as one; the session begins at `first`.
[[nodiscard]] std::optional<std::string> complaints_of_udf_tester(const std::filesystem::path& image,
                                                                  std::uint32_t ecc_blocks = 32,
                                                                  disk::lba first = {});
inline constexpr auto no_udf_tester = "COMEBACK_UDF_TEST does not name the UDF conformance tester.";

}  // namespace comeback::conformance
