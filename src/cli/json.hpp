// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace comeback::cli {

/// Keys in the order they were added, as people read them. Only the sources that print JSON include this.
using json = nlohmann::ordered_json;

[[nodiscard]] inline std::string dump(const json& object) { return object.dump(2) + "\n"; }

}  // namespace comeback::cli
