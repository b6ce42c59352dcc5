// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/plan.hpp"
#include "tree/content_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace comeback::image {

/// Makes the bytes of a planned image from `offset` on. The range must lie within the image.
void fill(const layout& plan, tree::content_reader& contents, std::uint64_t offset,
          std::span<std::byte> into);

}  // namespace comeback::image
