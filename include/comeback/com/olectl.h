// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// The codes of connection points and of self registration.
// Numbers: the pages of olectl.h in Microsoft's Win32 reference.

#include <ocidl.h>
#include <oleauto.h>

#define CONNECT_E_FIRST _HRESULT_TYPEDEF_(0x80040200)
#define CONNECT_E_LAST _HRESULT_TYPEDEF_(0x8004020F)
#define CONNECT_E_NOCONNECTION _HRESULT_TYPEDEF_(0x80040200)
#define CONNECT_E_ADVISELIMIT _HRESULT_TYPEDEF_(0x80040201)
#define CONNECT_E_CANNOTCONNECT _HRESULT_TYPEDEF_(0x80040202)
#define CONNECT_E_OVERRIDDEN _HRESULT_TYPEDEF_(0x80040203)

#define SELFREG_E_TYPELIB _HRESULT_TYPEDEF_(0x80040200)
#define SELFREG_E_CLASS _HRESULT_TYPEDEF_(0x80040201)
