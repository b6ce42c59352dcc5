// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

#include <guiddef.h>
#include <sal.h>
#include <winbase.h>
#include <windef.h>
#include <winerror.h>
#include <winnt.h>
#ifndef WIN32_LEAN_AND_MEAN
#include <ole2.h>
#endif
