// SPDX-License-Identifier: Apache-2.0
// Another spelling of <propidl.h>, as sources for Windows have it.
#pragma once
#include <propidl.h>
