// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace comeback::conformance {

struct program_result {
  int status;          ///< exit status; 128 and more for signals
  std::string output;  ///< standard output and error, as they came
};

/// Runs a program in a UTF-8 locale, its arguments passed as they are.
[[nodiscard]] program_result run(const std::vector<std::string>& command,
                                 const std::filesystem::path& in = {});

}  // namespace comeback::conformance
