// SPDX-License-Identifier: Apache-2.0
// Another spelling of <olectl.h>, as sources for Windows have it.
#pragma once
#include <olectl.h>
