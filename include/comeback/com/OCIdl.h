// SPDX-License-Identifier: Apache-2.0
// Another spelling of <ocidl.h>, as sources for Windows have it.
#pragma once
#include <ocidl.h>
