// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace comeback::facts {

using row = std::vector<std::string>;

/// The rows of tests/facts/NAME.csv without the heading. No field holds a comma or a quotation mark.
inline std::vector<row> read(const std::string& name) {
  std::ifstream in(std::string(COMEBACK_FACTS) + "/" + name + ".csv");
  if (!in) throw std::runtime_error("no table " + name);
  std::vector<row> rows;
  std::string line, field;
  std::getline(in, line);
  while (std::getline(in, line)) {
    row fields;
    std::istringstream parts(line);
    while (std::getline(parts, field, ',')) fields.push_back(field);
    if (line.ends_with(',')) fields.emplace_back();
    rows.push_back(std::move(fields));
  }
  return rows;
}

}  // namespace comeback::facts
