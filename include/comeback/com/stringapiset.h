// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Text of `char` to text of `wchar_t` and back. From any thread.
// Shapes and codes: the pages of stringapiset.h in Microsoft's Win32 reference.

#include <windef.h>

// The code pages there are. All of them are UTF-8: it is this system's `char` text.
#define CP_ACP 0u
#define CP_OEMCP 1u
#define CP_THREAD_ACP 3u
#define CP_UTF8 65001u

#define MB_PRECOMPOSED 0x00000001u
#define MB_ERR_INVALID_CHARS 0x00000008u
#define WC_COMPOSITECHECK 0x00000200u
#define WC_NO_BEST_FIT_CHARS 0x00000400u
#define WC_ERR_INVALID_CHARS 0x00000080u

/// Both give the number of units that they wrote or, where `room` is 0, would write; 0 for failure, and
/// GetLastError says why. `size` -1 stands for text up to its null, which is then counted and converted too.
/// What is no text becomes U+FFFD, or with …_ERR_INVALID_CHARS fails: ERROR_NO_UNICODE_TRANSLATION.
/// ERROR_INSUFFICIENT_BUFFER: the buffer was filled as far as it goes. ERROR_INVALID_PARAMETER: another code
/// page, null, size 0, one address for both. ERROR_INVALID_FLAGS: MB_PRECOMPOSED and the WC_… about single
/// characters are taken without an effect, though not with CP_UTF8; ERROR_NOT_ENOUGH_MEMORY.
COMEBACK_API int MultiByteToWideChar(UINT code_page, DWORD flags, LPCSTR text, int size, LPWSTR buffer,
                                     int room);
/// `default_char` is not needed, since every character can be said; *used_default becomes TRUE where there
/// was a U+FFFD to write. With CP_UTF8 both must be null: ERROR_INVALID_PARAMETER.
COMEBACK_API int WideCharToMultiByte(UINT code_page, DWORD flags, LPCWSTR text, int size, LPSTR buffer,
                                     int room, LPCSTR default_char, BOOL* used_default);
