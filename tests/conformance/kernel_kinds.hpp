// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/options.hpp"
#include "tree/add_tree.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace comeback::conformance {

/// A kind of image that the kernel is asked about.
struct kernel_kind {
  std::string title;
  image::options how;
  tree::add_options adding{};
  bool dedupe = false;
  std::optional<image::append_way> appended{};  ///< its last session of two, made so
  std::string more_options{};                   ///< of the mount: ",sbsector=32"

  /// The file systems it has, as Linux can be told to see each.
  [[nodiscard]] std::vector<image::file_system> seen_as() const;
  [[nodiscard]] std::string mount_options(image::file_system as) const;
};

void PrintTo(const kernel_kind& k, std::ostream* out);

[[nodiscard]] std::string type_of(image::file_system as);
[[nodiscard]] const std::vector<kernel_kind>& kernel_kinds();

/// A few hundred items with every fact that POSIX knows: modes, owners, times, links, devices, hard links,
/// names that are long, not ASCII or deep, contents at the borders of blocks and equal ones.
void write_kernel_corpus(const std::filesystem::path& into);

}  // namespace comeback::conformance
