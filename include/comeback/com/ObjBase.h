// SPDX-License-Identifier: Apache-2.0
// Another spelling of <objbase.h>, as sources for Windows have it.
#pragma once
#include <objbase.h>
