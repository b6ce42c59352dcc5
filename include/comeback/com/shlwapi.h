// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

#include <objbase.h>

/// A stream on a host file. With STGM_CREATE the file is emptied or made; with STGM_FAILIFTHERE, create =
/// FALSE opens what is there and create = TRUE makes what is not. `attributes` is ignored. Folders of the
/// path are not made. Writes go straight to the file.
COMEBACK_API HRESULT SHCreateStreamOnFileEx(LPCWSTR path, DWORD mode, DWORD attributes, BOOL create,
                                            IStream* reserved, IStream** stream);
COMEBACK_API HRESULT SHCreateStreamOnFileW(LPCWSTR path, DWORD mode, IStream** stream);
#define SHCreateStreamOnFile SHCreateStreamOnFileW
