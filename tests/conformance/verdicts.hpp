// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"

#include <optional>
#include <string>

namespace comeback::conformance {

/// Makes the running test's outcome the verdict of `judge` on a kind of image, for docs/conformance.md:
/// passed, failed, or out of the judge's reach where the test is skipped, for the reason that it gives then.
/// `limit`: what the judge cannot tell although it passes. Of several tests of one kind and judge, the worst
/// counts.
void judged_by(const std::string& judge, const std::string& kind, const std::string& limit = "");

/// A kind of image in the words of that page: "ISO 9660 level 3, Joliet, UDF 2.50 metadata without mirror".
[[nodiscard]] std::string words_of(const image::options& how, bool dedupe = false,
                                   std::optional<image::append_way> appended = {});

}  // namespace comeback::conformance
