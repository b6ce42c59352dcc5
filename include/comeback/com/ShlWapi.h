// SPDX-License-Identifier: Apache-2.0
// Another spelling of <shlwapi.h>, as sources for Windows have it.
#pragma once
#include <shlwapi.h>
