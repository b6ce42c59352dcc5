// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// For sources that name this header: it has nothing of its own here, since there is no embedding of
// documents.

#include <objidl.h>
