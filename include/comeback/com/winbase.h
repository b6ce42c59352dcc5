// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// What COM clients use of the base API: texts of error codes, the memory these come in, the last error of
// the thread, waiting. All from any thread.

#include <cstdarg>
#include <ctime>

#include <windef.h>
#include <winerror.h>

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100u
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200u
#define FORMAT_MESSAGE_FROM_STRING 0x00000400u
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800u
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000u
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000u
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FFu

/// The text of a code (an HRESULT of either API or of COM, or a system error), or of a string with inserts.
/// The number of units written without the ending null; 0 for failure, GetLastError says why:
/// ERROR_MR_MID_NOT_FOUND (no text), ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER,
/// ERROR_NOT_ENOUGH_MEMORY. With FORMAT_MESSAGE_ALLOCATE_BUFFER `buffer` is the address of a pointer, and the
/// caller frees what it points to with LocalFree. Texts are English whatever `language` is. Inserts are `%1`
/// to `%99`, alone or with `!s!`, `!S!`, `!c!`, `!d!`, `!i!`, `!u!`, `!x!`, `!X!` and their widths; each
/// takes a pointer-sized argument.
COMEBACK_API DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD message, DWORD language, LPWSTR buffer,
                                  DWORD size, va_list* arguments);
/// The same in UTF-8.
COMEBACK_API DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD message, DWORD language, LPSTR buffer,
                                  DWORD size, va_list* arguments);
#ifdef UNICODE
#define FormatMessage FormatMessageW
#else
#define FormatMessage FormatMessageA
#endif

/// Null for success. Only for what FormatMessage allocated.
COMEBACK_API HLOCAL LocalFree(HLOCAL memory);

/// Set by the functions whose pages say so; of this thread.
COMEBACK_API DWORD GetLastError(void);
COMEBACK_API void SetLastError(DWORD code);

inline void Sleep(DWORD milliseconds) {
  timespec left{};
  left.tv_sec = milliseconds / 1000;
  left.tv_nsec = static_cast<long>(milliseconds % 1000) * 1000000;
  while (milliseconds && nanosleep(&left, &left) != 0) {
  }
}
