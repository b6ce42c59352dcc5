// SPDX-License-Identifier: Apache-2.0
// The chain of sessions of a hostile image: whatever it says, a list that ends, of sessions inside the image;
// and a next session of it, in the compact way, or a reason why there is none. An input is patches to an
// image of three sessions.
#include "image/append.hpp"
#include "image/import.hpp"
#include "image/lazy_import.hpp"
#include "image/test_fuzzing.hpp"
#include "image/test_medium.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

using namespace comeback;

namespace {

image::testing::sound_image three_sessions(bool udf) {
  tree::file_tree tree;
  tree.add_file(tree::root, "file", tree::memory_content("bytes"));
  tree.add_file(tree.add_directory(tree.add_directory(tree::root, "folder"), "below"), "other",
                tree::memory_content("bytes"));
  image::options how;
  how.file_systems.rock_ridge = !udf;
  how.file_systems.udf = udf;
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

void append_to(const std::shared_ptr<const disk::source>& source) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(source->size()));
  (void)source->read_at(0, bytes);
  image::testing::memory_medium medium(std::move(bytes));
  const auto last = std::make_shared<const image::opened_image>(medium.bytes());
  auto how = image::next_session(image::look_at(medium), *last);
  image::lazy_import old(last, how);
  auto tree = old.root();
  if (const auto found = old.find(tree, "/folder"); found && tree.is_kept(*found)) old.open(tree, *found);
  how.session.kept = old.kept(tree);
  how.session.relink = true;
  image::append_session(medium, image::plan(std::move(tree), how));
  (void)image::opened_image(medium.bytes());
}

void try_patched(const image::testing::sound_image& sound, std::span<const std::byte> data) {
  const auto source = image::testing::patched(sound, image::testing::input(data));
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
  try {
    append_to(source);
  } catch (const base::error&) {  // nothing can follow
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array images{three_sessions(false), three_sessions(true)};
  for (const auto& sound : images) try_patched(sound, std::as_bytes(std::span(data, size)));
  return 0;
}
