// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/parsed.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace comeback::udf {

/// The path components of a symbolic link (ECMA-167 4/14.16) as POSIX writes them. `at`: where in the image
/// the link is, for faults.
[[nodiscard]] base::parsed<std::string> link_text(std::span<const std::byte> components, std::uint64_t at);

/// What readers make of a target that `components_of` recorded: one slash for several, none at the end, and
/// components changed as names are.
[[nodiscard]] std::string recorded_link(std::string_view target);

}  // namespace comeback::udf
