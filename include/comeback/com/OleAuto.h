// SPDX-License-Identifier: Apache-2.0
// Another spelling of <oleauto.h>, as sources for Windows have it.
#pragma once
#include <oleauto.h>
