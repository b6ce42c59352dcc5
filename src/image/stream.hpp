// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "image/plan.hpp"
#include "tree/content_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace comeback::image {

/// The planned image as bytes that can be read at any offset, made on demand; offset 0 is the first byte of
/// block `layout::first`. Safe for concurrent reads. Errors are those of `tree::content_reader::read`.
class stream final : public disk::source {
 public:
  explicit stream(std::shared_ptr<const layout> plan);
  ~stream() override;
  [[nodiscard]] const layout& plan() const noexcept { return *plan_; }

  [[nodiscard]] std::uint64_t size() const override { return plan_->bytes(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return "the planned image"; }

 private:
  std::shared_ptr<const layout> plan_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<tree::content_reader>> idle_;  // one a concurrent read
};

}  // namespace comeback::image
