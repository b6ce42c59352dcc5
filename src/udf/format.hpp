// SPDX-License-Identifier: Apache-2.0
// The records of ECMA-167, third edition ("4/14.9" is part 4, clause 14.9), and those of the OSTA Universal
// Disk Format ("UDF 2.2.9", numbered as in revision 2.50). docs/formats/udf.md shows where they lie.
#pragma once

#include "udf/format_basics.hpp"
#include "udf/format_files.hpp"
#include "udf/format_volume.hpp"
