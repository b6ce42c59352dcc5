// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// DEFINE_GUID defines its constant in every source here, so nothing changes with this header.

#include <guiddef.h>
