// SPDX-License-Identifier: Apache-2.0
// Any text as an image's SHA256SUMS: checking it ends, and finds as many files as there are.
#include "image/checksums.hpp"
#include "image/plan.hpp"
#include "image/stream.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comeback;
  tree::file_tree t;
  const auto folder = t.add_directory(tree::root, "d");
  t.add_file(folder, "abc", tree::memory_content("abc"));
  t.add_file(tree::root, "back\\slash\nline", tree::memory_content(""));
  t.add_file(tree::root, image::checksums_name,
             tree::memory_content(std::string(reinterpret_cast<const char*>(data), size)));
  const image::options how{.file_systems = {.joliet = false, .rock_ridge = true}, .appendable = false};
  const image::opened_image opened(
      std::make_shared<const image::stream>(std::make_shared<const image::layout>(plan(t, how))));
  const auto found = image::verify_checksums(opened);
  if (!found || found->files != 2) std::abort();
  return 0;
}
