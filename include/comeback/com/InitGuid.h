// SPDX-License-Identifier: Apache-2.0
// Another spelling of <initguid.h>, as sources for Windows have it.
#pragma once
#include <initguid.h>
