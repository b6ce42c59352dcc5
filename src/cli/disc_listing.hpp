// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/open.hpp"

#include <memory>
#include <string>

namespace comeback::cli {

/// What `disc ls` prints. Bare names are printed while they come; lines with columns, and JSON, when all are
/// there: nothing of an entry is kept but its text.
class listing {
 public:
  listing() = default;
  listing(const listing&) = delete;
  listing& operator=(const listing&) = delete;
  virtual ~listing() = default;

  /// Whether an entry's name, and whether it is a directory, is all that is asked of it.
  [[nodiscard]] virtual bool names_only() const { return false; }
  virtual void add(const std::string& path, const image::entry& e) = 0;
  /// What has not been printed yet.
  virtual void finish() = 0;
};

[[nodiscard]] std::unique_ptr<listing> names_listing();
[[nodiscard]] std::unique_ptr<listing> long_listing();
[[nodiscard]] std::unique_ptr<listing> json_listing();

}  // namespace comeback::cli
