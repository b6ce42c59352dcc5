// SPDX-License-Identifier: Apache-2.0
#include "corpus.hpp"

#include "image/naming.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include <unistd.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string pattern(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t state = 1;  // the same bytes every time, not compressible
  for (auto& c : out) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

// As readers show a name: no version, no dot at the end of an ISO name.
std::string shown(image::file_system of, std::string name, bool directory) {
  if (!directory && name.ends_with(";1")) name.resize(name.size() - 2);
  if (of == image::file_system::iso9660 && name.ends_with('.')) name.pop_back();
  return name;
}

struct remove_at_exit {
  fs::path path;
  ~remove_at_exit() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

}  // namespace

void write_plain_corpus(const fs::path& into) {
  for (const std::size_t size : {0U, 1U, 2047U, 2048U, 2049U, 100'000U, 3'000'000U})
    write(into / "sizes" / ("file" + std::to_string(size) + ".bin"), pattern(size));
  for (int i = 0; i < 3000; ++i)
    write(into / "many" / ("file" + std::to_string(i) + ".dat"), std::to_string(i));
  write(into / "level2/level3/level4/level5/level6/bottom.txt", "bottom");
  write(into / "readme", "no extension");
  fs::create_directories(into / "empty");
}

void write_awkward_corpus(const fs::path& into) {
  write_plain_corpus(into);
  const std::string apple = "\xF0\x9F\x8D\x8E", umlauts = "\xC3\xA4\xC3\xB6\xC3\xBC",
                    cjk = "\xE7\x9B\xAE\xE5\xBD\x95";
  int number = 0;
  for (const auto& name : {std::string("README"),
                           std::string("Readme"),
                           std::string(".profile"),
                           std::string("a.b.c"),
                           std::string("trailing."),
                           std::string("semi;colon"),
                           std::string("star*what?.txt"),
                           std::string("back\\slash"),
                           std::string("colon:"),
                           std::string("line\nbreak"),
                           std::string(" space "),
                           std::string("a,b+c=d&e"),
                           umlauts + ".txt",
                           repeated(cjk + " ", 2) + ".tar.gz",
                           apple + " pie.txt",
                           apple + apple,
                           repeated("x", 255),
                           repeated("y", 100) + ".tar.gz",
                           repeated("z", 104) + ".txt",
                           repeated("z", 104) + "a.txt",
                           repeated(cjk, 40),
                           repeated(apple, 60),
                           repeated("e", 20) + "." + repeated("f", 60)})
    write(into / "names" / name, "content " + std::to_string(number++));
  for (int i = 0; i < 300; ++i)
    write(into / "collide" / ("the same thirty characters in front " + std::to_string(i)), std::to_string(i));
  write(into / repeated("deep/", 20) / "bottom", "deep");
  write(into / "folder.with.dots" / umlauts / "x", "x");
}

listing read_folder(const fs::path& top) {
  listing out;
  for (const auto& e : fs::recursive_directory_iterator(top)) {
    const auto path = e.path().lexically_relative(top).native();
    if (e.is_directory())
      out[path + "/"] = "";
    else
      out[path] = read(e.path());
  }
  return out;
}

listing expected(const tree::file_tree& tree, const fs::path& source, image::file_system of,
                 const image::options& how) {
  listing out;
  struct folder {
    tree::node_id node;
    fs::path there;
    std::string here;
  };
  const auto naming = image::naming_of(of, how);
  std::vector<folder> pending{{tree::root, source, ""}};
  while (!pending.empty()) {
    const auto f = pending.back();
    pending.pop_back();
    for (const auto& one : naming->children(tree, f.node)) {
      const bool directory = tree.is_directory(one.node);
      const auto path = f.here + shown(of, image::readable(of, one.identifier), directory);
      const auto there = f.there / tree.name(one.node);
      if (directory) pending.push_back({one.node, there, path + "/"});
      out[directory ? path + "/" : path] = directory ? "" : read(there);
    }
  }
  return out;
}

const fs::path& work_folder() {
  static const remove_at_exit folder{[] {
    // In memory where that is possible: thousands of files are made and removed by each test.
    const bool memory = ::access("/dev/shm", W_OK) == 0;
    auto name = ((memory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "comeback_conformance_XXXXXX")
                    .native();
    return fs::path(::mkdtemp(name.data()));
  }()};
  return folder.path;
}

}  // namespace comeback::conformance
