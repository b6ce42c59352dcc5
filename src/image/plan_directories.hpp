// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "image/options.hpp"
#include "image/relocation.hpp"
#include "iso9660/hierarchy.hpp"
#include "tree/tree.hpp"

#include <memory>
#include <string>

namespace comeback::image {

/// The directories of one volume of ECMA-119 as bytes, with everything that they are made from.
class directories final : public disk::source {
 public:
  /// Errors: those of `iso9660::hierarchy`.
  directories(std::shared_ptr<const tree::file_tree> tree, file_system fs, const options& how);

  [[nodiscard]] iso9660::hierarchy& records() { return *records_; }

  [[nodiscard]] std::uint64_t size() const override { return disk::bytes_in(records_->blocks()); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return "the directories"; }

 private:
  relocated_tree from_;
  std::unique_ptr<const iso9660::naming> how_;
  std::unique_ptr<iso9660::hierarchy> records_;
};

}  // namespace comeback::image
