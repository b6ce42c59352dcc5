// SPDX-License-Identifier: Apache-2.0
// The functions an image passes through, each alone: naming, planning, emitting, walking, verifying.
#include "base/file.hpp"
#include "image/create.hpp"
#include "image/open.hpp"
#include "image/stream.hpp"
#include "image/verify.hpp"
#include "iso9660/names.hpp"
#include "joliet/names.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>

namespace {

using namespace comeback;

constexpr std::array<const char*, 5> words{"report ",
                                           "Gr\xC3\xBC\xC3\x9F"
                                           "e_",
                                           "IMG", "a rather long name that goes on and on ", "x."};

// `files` files of 0 to 8 KiB, a hundred to a directory.
tree::file_tree make_tree(int files) {
  tree::file_tree t;
  auto dir = tree::root;
  for (int i = 0; i < files; ++i) {
    if (i % 100 == 0) dir = t.add_directory(tree::root, "directory " + std::to_string(i));
    const auto name = words[static_cast<std::size_t>(i) % words.size()] + std::to_string(i) + ".txt";
    t.add_file(dir, name, tree::memory_content(std::string(static_cast<std::size_t>(i) * 7919 % 8193, 'x')));
  }
  return t;
}

tree::file_tree one_directory(int files, const char* prefix) {
  tree::file_tree t;
  for (int i = 0; i < files; ++i)
    t.add_file(tree::root, prefix + std::to_string(i), tree::memory_content(""));
  return t;
}

template <class Names>
void name_children(benchmark::State& state, const Names& names, const char* prefix) {
  const auto t = one_directory(static_cast<int>(state.range(0)), prefix);
  for (auto _ : state) benchmark::DoNotOptimize(names.children(t, tree::root));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

constexpr const char* colliding = "the same thirty characters in front of a number ";

void iso_names(benchmark::State& s) { name_children(s, iso9660::names(2), "file "); }
void iso_names_colliding(benchmark::State& s) { name_children(s, iso9660::names(1), colliding); }
void joliet_names(benchmark::State& s) { name_children(s, joliet::names(false), "file "); }
BENCHMARK(iso_names)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(iso_names_colliding)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(joliet_names)->Arg(100'000)->Unit(benchmark::kMillisecond);

void build_tree(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(one_directory(static_cast<int>(state.range(0)), "file "));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build_tree)->Arg(100'000)->Unit(benchmark::kMillisecond);

void plan_image(benchmark::State& state) {
  const auto t = std::make_shared<const tree::file_tree>(make_tree(static_cast<int>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(image::plan(t, {}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(plan_image)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void emit_to_null(benchmark::State& state) {
  const auto plan = image::plan(make_tree(20'000), {});
  const base::unique_fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  for (auto _ : state)
    image::emit(plan, null.get(), "/dev/null", {}, {}, {.readers = static_cast<unsigned>(state.range(0))});
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plan.bytes()));
}
BENCHMARK(emit_to_null)->Arg(1)->Arg(4)->Unit(benchmark::kMillisecond)->UseRealTime();

std::shared_ptr<const disk::source> image_in_memory(int files) {
  const image::stream s(std::make_shared<const image::layout>(image::plan(make_tree(files), {})));
  std::vector<std::byte> bytes(static_cast<std::size_t>(s.size()));
  (void)s.read_at(0, bytes);
  return std::make_shared<const disk::memory_source>(std::move(bytes));
}

void walk_image(benchmark::State& state) {
  const image::opened_image opened(image_in_memory(20'000));
  for (auto _ : state) {
    std::uint64_t bytes = 0;
    (void)opened.walk(image::file_system::joliet, [&](const std::string&, const image::entry& e) {
      bytes += e.size;
      return true;
    });
    benchmark::DoNotOptimize(bytes);
  }
  state.SetItemsProcessed(state.iterations() * 20'000);
}
BENCHMARK(walk_image)->Unit(benchmark::kMillisecond);

void verify_image(benchmark::State& state) {
  const image::opened_image opened(image_in_memory(20'000));
  for (auto _ : state) benchmark::DoNotOptimize(image::verify(opened));
  state.SetItemsProcessed(state.iterations() * 20'000);
}
BENCHMARK(verify_image)->Unit(benchmark::kMillisecond);

}  // namespace
