// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// The words that mark parameters. They say nothing to the compilers here. libstdc++ has variables named
// __in and __out: its headers that do are included first, and are whole when the words vanish.
// `__reserved`, `__success`, `__callback` and `__valid` stay undefined: headers of the kernel and of the
// library have fields and variables of these names.
// Source: the pages on SAL in Microsoft's C++ reference.

#include <algorithm>
#include <locale>
#include <memory>
#include <regex>
#include <string>
#include <thread>
#include <tuple>

#include <specstrings.h>

#ifndef __in
#define __in
#endif
#ifndef __out
#define __out
#endif
