// SPDX-License-Identifier: Apache-2.0
#include "com/data/text.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cstdint>
#include <new>

#include <oleauto.h>

namespace comeback::com {

static_assert(sizeof(wchar_t) == sizeof(char32_t));

std::wstring to_wide(std::string_view text) {
  const std::u32string wide = base::to_utf32_lossy(text);
  return {wide.begin(), wide.end()};
}

std::string to_utf8(std::wstring_view text) {
  return base::to_utf8(std::u32string(text.begin(), text.end()));
}

std::string to_utf8(BSTR text) {
  return text ? to_utf8(std::wstring_view(text, SysStringLen(text))) : std::string();
}

std::string required(BSTR text, std::string_view what) {
  if (!text)
    throw base::error(base::errc{static_cast<std::uint32_t>(E_POINTER)},
                      "The " + std::string(what) + " is null.");
  return to_utf8(text);
}

BSTR to_bstr(std::string_view text) {
  const std::wstring wide = to_wide(text);
  if (wide.size() > UINT32_MAX) throw std::bad_alloc();  // the length would lose its upper half
  const BSTR made = SysAllocStringLen(wide.data(), static_cast<UINT>(wide.size()));
  if (!made) throw std::bad_alloc();
  return made;
}

}  // namespace comeback::com
