// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <windef.h>

namespace comeback::com {

/// The core speaks UTF-8, the COM edge one code point a unit. Neither direction fails: what cannot be said
/// becomes U+FFFD.
[[nodiscard]] std::wstring to_wide(std::string_view text);
[[nodiscard]] std::string to_utf8(std::wstring_view text);
/// The whole of a BSTR, embedded nulls included; empty for null, which is how an empty BSTR may look.
[[nodiscard]] std::string to_utf8(BSTR text);
/// The same for an argument that must not be null: E_POINTER, "The `what` is null." Empty text is fine.
[[nodiscard]] std::string required(BSTR text, std::string_view what);

/// A new BSTR; throws std::bad_alloc.
[[nodiscard]] BSTR to_bstr(std::string_view text);

}  // namespace comeback::com
