// SPDX-License-Identifier: Apache-2.0
// Another spelling of <ole2.h>, as sources for Windows have it.
#pragma once
#include <ole2.h>
