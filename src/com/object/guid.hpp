// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <guiddef.h>

namespace comeback::com {

/// "{2C941FE1-975B-59BE-A960-9A2A262853A5}", hex digits in any case.
[[nodiscard]] std::optional<GUID> parse_guid(std::wstring_view text) noexcept;
/// In upper case, with braces.
[[nodiscard]] std::wstring format_guid(const GUID& guid);

struct guid_less {
  bool operator()(const GUID& a, const GUID& b) const noexcept { return std::memcmp(&a, &b, sizeof a) < 0; }
};

}  // namespace comeback::com
