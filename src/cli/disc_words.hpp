// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/verbs.hpp"
#include "image/options.hpp"

#include <string>

namespace comeback::cli {

/// What the words about UDF mean; each is one that the grammar admits.
[[nodiscard]] image::udf_options udf_options_of(const disc_create_options& o);

/// Why the words of `disc create` cannot stand together, as a sentence; empty where they can.
[[nodiscard]] std::string contradiction_in(const disc_create_options& o);

}  // namespace comeback::cli
