// SPDX-License-Identifier: Apache-2.0
// Another spelling of <oleidl.h>, as sources for Windows have it.
#pragma once
#include <oleidl.h>
