// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

#include <guiddef.h>
#include <windef.h>
#include <winerror.h>
