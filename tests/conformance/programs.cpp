// SPDX-License-Identifier: Apache-2.0
#include "programs.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

#include <sys/wait.h>

namespace comeback::conformance {
namespace {

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace

program_result run(const std::vector<std::string>& command, const std::filesystem::path& in) {
  std::string line = in.empty() ? "" : "cd " + quoted(in.native()) + " && ";
  line += "LC_ALL=C.UTF-8";
  for (const auto& word : command) line += " " + quoted(word);
  std::FILE* pipe = ::popen((line + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command.at(0));
  program_result result{0, {}};
  std::array<char, 65536> buffer;
  while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    result.output.append(buffer.data(), n);
  const int status = ::pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace comeback::conformance
