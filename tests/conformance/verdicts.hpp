// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace comeback::conformance {

/// Makes the running test's outcome the verdict of `judge` on a kind of image, for docs/conformance.md:
/// passed, failed, or out of the judge's reach where the test is skipped, for the reason that it gives then.
/// `limit`: what the judge cannot tell although it passes. Of several tests of one kind and judge, the worst
/// counts.
void judged_by(const std::string& judge, const std::string& kind, const std::string& limit = "");

}  // namespace comeback::conformance
