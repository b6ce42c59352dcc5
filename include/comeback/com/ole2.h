// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

#include <objbase.h>
#include <oleauto.h>
#include <propidl.h>

/// The same as CoInitializeEx for an apartment of one thread; there are no windows to drag between.
inline HRESULT OleInitialize(LPVOID reserved) {
  return reserved ? E_INVALIDARG : CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED);
}
inline void OleUninitialize(void) { CoUninitialize(); }
