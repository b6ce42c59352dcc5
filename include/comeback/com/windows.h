// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// What COM clients use of Windows, and COM itself unless WIN32_LEAN_AND_MEAN is defined. What is left out,
// and why: docs/decisions/0077-what-windows-h-has.md.

#include <guiddef.h>
#include <sal.h>
#include <stringapiset.h>
#include <winbase.h>
#include <windef.h>
#include <winerror.h>
#include <winnt.h>
#ifndef WIN32_LEAN_AND_MEAN
#include <ole2.h>
#endif
