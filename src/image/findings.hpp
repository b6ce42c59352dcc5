// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/verify.hpp"

#include <string>
#include <utility>

namespace comeback::image {

/// Collects findings, and only the first of them in full: a hostile image can have millions.
struct findings {
  static constexpr std::size_t kept = 100;
  verification result;

  [[nodiscard]] bool full() const { return result.finding_count >= kept; }
  void add(file_system fs, std::string path, std::string what) {
    if (result.finding_count++ < kept) result.findings.push_back({fs, std::move(path), std::move(what)});
  }
};

}  // namespace comeback::image
