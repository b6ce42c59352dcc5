// SPDX-License-Identifier: Apache-2.0
// Another spelling of <windows.h>, as sources for Windows have it.
#pragma once
#include <windows.h>
