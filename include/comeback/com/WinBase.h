// SPDX-License-Identifier: Apache-2.0
// Another spelling of <winbase.h>, as sources for Windows have it.
#pragma once
#include <winbase.h>
