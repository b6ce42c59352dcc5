// SPDX-License-Identifier: Apache-2.0
// Another spelling of <unknwn.h>, as sources for Windows have it.
#pragma once
#include <unknwn.h>
