// SPDX-License-Identifier: Apache-2.0
// MultiByteToWideChar and WideCharToMultiByte.

#include "com/data/text.hpp"

#include <algorithm>
#include <climits>
#include <cwchar>
#include <new>
#include <string>
#include <string_view>

#include <stringapiset.h>
#include <winbase.h>
#include <winerror.h>

namespace comeback::com {
namespace {

int failed(DWORD code) noexcept {
  SetLastError(code);
  return 0;
}

bool is_known(UINT code_page) noexcept {
  return code_page == CP_ACP || code_page == CP_OEMCP || code_page == CP_THREAD_ACP || code_page == CP_UTF8;
}

/// The argument itself; -1 stands for the text with its null.
template <class Unit>
std::basic_string_view<Unit> argument(const Unit* text, int size) noexcept {
  if (size >= 0) return {text, static_cast<std::size_t>(size)};
  return {text, std::char_traits<Unit>::length(text) + 1};
}

template <class Unit>
int give(const std::basic_string<Unit>& made, Unit* buffer, int room) noexcept {
  if (made.size() > INT_MAX) return failed(ERROR_INVALID_PARAMETER);
  const int size = static_cast<int>(made.size());
  if (room == 0) return size;
  std::copy_n(made.data(), std::min(size, room), buffer);
  return size <= room ? size : failed(ERROR_INSUFFICIENT_BUFFER);
}

template <class From, class To>
bool is_wrong(const From* text, int size, const To* buffer, int room) noexcept {
  return !text || size == 0 || room < 0 || (room > 0 && !buffer) ||
         static_cast<const void*>(text) == static_cast<const void*>(buffer);
}

}  // namespace
}  // namespace comeback::com

using namespace comeback;

int MultiByteToWideChar(UINT code_page, DWORD flags, LPCSTR text, int size, LPWSTR buffer, int room) {
  if (!com::is_known(code_page) || com::is_wrong(text, size, buffer, room))
    return com::failed(ERROR_INVALID_PARAMETER);
  if (flags & ~(MB_ERR_INVALID_CHARS | (code_page == CP_UTF8 ? 0 : MB_PRECOMPOSED)))
    return com::failed(ERROR_INVALID_FLAGS);
  try {
    const std::string_view given = com::argument(text, size);
    const std::wstring made = com::to_wide(given);
    // What is no text does not come back as it was.
    if ((flags & MB_ERR_INVALID_CHARS) && com::to_utf8(made) != given)
      return com::failed(ERROR_NO_UNICODE_TRANSLATION);
    return com::give(made, buffer, room);
  } catch (const std::bad_alloc&) {
    return com::failed(ERROR_NOT_ENOUGH_MEMORY);
  }
}

int WideCharToMultiByte(UINT code_page, DWORD flags, LPCWSTR text, int size, LPSTR buffer, int room,
                        LPCSTR default_char, BOOL* used_default) {
  const bool is_utf8 = code_page == CP_UTF8;
  if (!com::is_known(code_page) || com::is_wrong(text, size, buffer, room) ||
      (is_utf8 && (default_char || used_default)))
    return com::failed(ERROR_INVALID_PARAMETER);
  if (flags & ~(is_utf8 ? WC_ERR_INVALID_CHARS : WC_COMPOSITECHECK | WC_NO_BEST_FIT_CHARS))
    return com::failed(ERROR_INVALID_FLAGS);
  try {
    const std::wstring_view given = com::argument(text, size);
    const std::string made = com::to_utf8(given);
    const bool is_changed = com::to_wide(made) != given;
    if (is_changed && (flags & WC_ERR_INVALID_CHARS)) return com::failed(ERROR_NO_UNICODE_TRANSLATION);
    if (used_default) *used_default = is_changed ? TRUE : FALSE;
    return com::give(made, buffer, room);
  } catch (const std::bad_alloc&) {
    return com::failed(ERROR_NOT_ENOUGH_MEMORY);
  }
}
