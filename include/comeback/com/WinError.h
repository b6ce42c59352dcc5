// SPDX-License-Identifier: Apache-2.0
// Another spelling of <winerror.h>, as sources for Windows have it.
#pragma once
#include <winerror.h>
