// SPDX-License-Identifier: Apache-2.0
// Another spelling of <combaseapi.h>, as sources for Windows have it.
#pragma once
#include <combaseapi.h>
