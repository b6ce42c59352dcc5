// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// COM with automation, started under OLE's names. From any thread.
// Source: the pages of ole2.h in Microsoft's Win32 reference.

#include <objbase.h>
#include <oleauto.h>
#include <propidl.h>

/// The same as CoInitializeEx for an apartment of one thread; there are no windows to drag between.
inline HRESULT OleInitialize(LPVOID reserved) {
  return reserved ? E_INVALIDARG : CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED);
}
inline void OleUninitialize(void) { CoUninitialize(); }
