// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "com/dispatch/description.hpp"

namespace comeback::com {

/// The virtual table of a dual, not its dispinterface: a bit of its HREFTYPE.
inline constexpr HREFTYPE interface_view = 0x8000;

/// An HREFTYPE is a number that only the type information it came from understands. Ours are positions in the
/// list of all types, so any of ours understands them.
[[nodiscard]] HREFTYPE reference_to(const described_type* type) noexcept;
/// Null for what is no type.
[[nodiscard]] const described_type* referred(HREFTYPE reference) noexcept;

}  // namespace comeback::com
