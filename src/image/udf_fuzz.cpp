// SPDX-License-Identifier: Apache-2.0
// Patches to sound UDF images of every partition type, and to a bridge: everything that can be asked of the
// image ends. Tags are made true again, unless the input says otherwise.
#include "image/test_fuzzing.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comeback::image::testing;
  static const auto sound = udf_images();
  return fuzz_patches(sound, std::as_bytes(std::span(data, size)));
}
