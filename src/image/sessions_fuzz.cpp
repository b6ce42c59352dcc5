// SPDX-License-Identifier: Apache-2.0
// The chain of sessions of a hostile image: whatever it says, a list that ends, of sessions inside the image.
// An input is patches to an image of three sessions.
#include "image/append.hpp"
#include "image/import.hpp"
#include "image/test_fuzzing.hpp"
#include "image/test_medium.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

using namespace comeback;

namespace {

image::testing::sound_image three_sessions() {
  tree::file_tree tree;
  tree.add_file(tree::root, "file", tree::memory_content("bytes"));
  image::options how;
  how.file_systems.udf = true;
  how.appendable = false;  // so that the second session keeps what it takes from the first
  const auto plan = std::make_shared<const image::layout>(image::plan(std::move(tree), how));
  std::vector<std::byte> bytes(static_cast<std::size_t>(plan->bytes()));
  (void)image::stream(plan).read_at(0, bytes);
  image::testing::memory_medium medium(std::move(bytes));
  for (const auto* name : {"two", "three"}) {
    const auto last = std::make_shared<const image::opened_image>(medium.bytes());
    auto next = image::import_tree(last, last->best());
    next.add_directory(tree::root, name);
    image::append_session(medium,
                          image::plan(std::move(next), image::next_session(image::look_at(medium), *last)));
  }
  return image::testing::sound_of("three sessions", {}, medium.now());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto sound = three_sessions();
  const auto source =
      image::testing::patched(sound, image::testing::input(std::as_bytes(std::span(data, size))));
  disk::lba before{};
  for (const auto& one : image::find_sessions(*source)) {
    if (one.first < before || one.end < one.first ||
        disk::offset_of(one.end) > source->size() + disk::block_size)
      std::abort();
    before = one.end;
    try {
      (void)image::open_session(source, one).volumes();
    } catch (const base::error&) {  // no file system there
    }
  }
  return 0;
}
