// SPDX-License-Identifier: Apache-2.0
// Another spelling of <winnt.h>, as sources for Windows have it.
#pragma once
#include <winnt.h>
