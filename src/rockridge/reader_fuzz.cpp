// SPDX-License-Identifier: Apache-2.0
// The first 200 bytes are a record's system use field, all of them the image that its continuations lie in.
#include "rockridge/reader.hpp"

#include <algorithm>
#include <memory>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comeback;
  const auto bytes = std::as_bytes(std::span(data, size));
  const disk::memory_source image({bytes.begin(), bytes.end()});
  (void)rockridge::read(image, bytes.first(std::min<std::size_t>(size, 200)), 0);
  return 0;
}
