// SPDX-License-Identifier: Apache-2.0
// Another spelling of <comdef.h>, as sources for Windows have it.
#pragma once
#include <comdef.h>
