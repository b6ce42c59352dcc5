// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Where earlier SDKs declared the conversions between kinds of text.

#include <stringapiset.h>
