// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// The part of objbase.h that later SDKs took out; here it stays in one header.

#include <objbase.h>
