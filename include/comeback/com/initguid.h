// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// DEFINE_GUID defines its constant in every source here, so nothing changes with this header.
// Source: the page "DEFINE_GUID" of Microsoft's Win32 reference.

#include <guiddef.h>
