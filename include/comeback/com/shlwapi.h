// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Streams on host files and on memory. From any thread.
// Shapes and codes: the pages of shlwapi.h in Microsoft's Win32 reference.

#include <objbase.h>

/// A stream on a host file. With STGM_CREATE the file is emptied or made; with STGM_FAILIFTHERE, create =
/// FALSE opens what is there and create = TRUE makes what is not. `attributes` is ignored. Folders of the
/// path are not made. Writes go straight to the file. Share modes are taken and do not keep anyone out; with
/// STGM_DELETEONRELEASE the file goes with the last stream on it. STGM_TRANSACTED and what else a file cannot
/// do is E_INVALIDARG.
COMEBACK_API HRESULT SHCreateStreamOnFileEx(LPCWSTR path, DWORD mode, DWORD attributes, BOOL create,
                                            IStream* reserved, IStream** stream);
COMEBACK_API HRESULT SHCreateStreamOnFileA(LPCSTR path, DWORD mode, IStream** stream);  ///< UTF-8
COMEBACK_API HRESULT SHCreateStreamOnFileW(LPCWSTR path, DWORD mode, IStream** stream);
/// By the kind of text, with and without UNICODE.
inline HRESULT SHCreateStreamOnFile(LPCWSTR path, DWORD mode, IStream** stream) {
  return SHCreateStreamOnFileW(path, mode, stream);
}
inline HRESULT SHCreateStreamOnFile(LPCSTR path, DWORD mode, IStream** stream) {
  return SHCreateStreamOnFileA(path, mode, stream);
}

/// A stream on memory of its own, up to 2 GiB, that begins with a copy of `initial`; null where there is no
/// memory.
COMEBACK_API IStream* SHCreateMemStream(const BYTE* initial, UINT size);
