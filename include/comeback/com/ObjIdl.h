// SPDX-License-Identifier: Apache-2.0
// Another spelling of <objidl.h>, as sources for Windows have it.
#pragma once
#include <objidl.h>
