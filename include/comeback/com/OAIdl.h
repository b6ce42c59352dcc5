// SPDX-License-Identifier: Apache-2.0
// Another spelling of <oaidl.h>, as sources for Windows have it.
#pragma once
#include <oaidl.h>
