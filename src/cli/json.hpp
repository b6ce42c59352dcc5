// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace comeback::cli {

/// Keys in the order they were added, as people read them. Only the sources that print JSON include this.
using json = nlohmann::ordered_json;

/// All JSON that is printed comes from these two: printable ASCII alone, whatever the texts in it hold, since
/// a terminal obeys U+009B as well as ESC, and readers of JSON undo \uNNNN. Bytes that are no UTF-8 become
/// U+FFFD.
[[nodiscard]] std::string dump(const json& value);       ///< indented, with a line feed at the end
[[nodiscard]] std::string dump_line(const json& value);  ///< the same on one line

/// {"code":…,"hresult":"0x…","name":"…","message":"…"}
[[nodiscard]] json error_object(const base::described_error& e);

}  // namespace comeback::cli
