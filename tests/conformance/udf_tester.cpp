// SPDX-License-Identifier: Apache-2.0
#include "udf_tester.hpp"

#include "programs.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace comeback::conformance {
namespace {

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

// Its messages begin in "Error:" or "warning:"; the summary tells to search for them.
bool is_complaint(std::string_view line) {
  return (has(line, "rror:") || has(line, "arning:")) && !has(line, "search for");
}

std::string complaints_in(const std::string& output) {
  constexpr std::size_t around = 5;  // lines: a message is spread over some
  std::vector<std::string> lines;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (is_complaint(lines[i]))
      for (auto j = i - std::min(i, around); j < std::min(lines.size(), i + around); ++j)
        out += lines[j] + "\n";
  for (const auto* count : {"Error count:   0\t", "Warning count:   0\t"})
    if (!has(output, count)) out += fmt::format("It did not say \"{}\".\n", count);
  return out;
}

}  // namespace

std::optional<std::string> complaints_of_udf_tester(const std::filesystem::path& image,
                                                    std::uint32_t ecc_blocks, disk::lba first) {
  const char* tester = std::getenv("COMEBACK_UDF_TEST");
  if (tester == nullptr) return std::nullopt;
  std::vector<std::string> command{tester, "-ecclength", std::to_string(ecc_blocks), "-mlimit", "100000"};
  if (first.value != 0) command.insert(command.end(), {"-sessionstart", std::to_string(first.value)});
  command.push_back(image);
  const auto result = run(command);
  auto out = complaints_in(result.output);
  if (result.status != 0) out += fmt::format("Its exit status is {}.\n", result.status);
  return out;
}

}  // namespace comeback::conformance
