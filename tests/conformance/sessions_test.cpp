// SPDX-License-Identifier: Apache-2.0
// Two hundred sessions, made at random: each is what a model says, in isoinfo's eyes and in ours.
#include "corpus.hpp"
#include "image/append.hpp"
#include "image/create.hpp"
#include "image/import.hpp"
#include "image/lazy_import.hpp"
#include "image/open.hpp"
#include "image/verify.hpp"
#include "optical/image_medium.hpp"
#include "programs.hpp"
#include "tree/tree.hpp"
#include "udf_tester.hpp"

#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

// By path; a directory has no content and ends in a slash.
using model = std::map<std::string, std::string>;

class history {
 public:
  using ways = std::vector<image::append_way>;

  history(std::filesystem::path image, const image::file_system_set& systems,
          ways made = {image::append_way::exact}, std::uint16_t udf_revision = 0x0201)
      : path_(std::move(image)), ways_(std::move(made)) {
    image::options how;
    how.file_systems = systems;
    how.volume_name = "HISTORY";
    how.udf.revision = udf_revision;
    image::create_image(image::plan(tree::file_tree(), how), path_);
    models_.emplace_back();
  }

  void add_session() {
    const auto medium = optical::open_image_medium(path_, optical::access::writing);
    const auto on = image::look_at(*medium);
    ASSERT_EQ(on.sessions.size(), models_.size());
    // Now and then, back to any session there ever was.
    const auto from = one_in(10) ? random_() % models_.size() : models_.size() - 1;
    const auto old =
        std::make_shared<const image::opened_image>(image::open_session(on.bytes, on.sessions[from]));
    const auto way = ways_[random_() % ways_.size()];
    const auto random = random_;
    const auto next = next_;
    try {
      image::append_session(*medium, planned(on, old, from, way));
    } catch (const base::error& e) {  // the same change, with every directory
      if (way == image::append_way::exact || e.code() != base::errc::not_supported) throw;
      ++refused_;
      random_ = random;
      next_ = next;
      image::append_session(*medium, planned(on, old, from, image::append_way::exact));
    }
  }

  /// Sessions that could not be made in the way that was chosen.
  [[nodiscard]] int refused() const { return refused_; }

  [[nodiscard]] const std::vector<model>& models() const { return models_; }

 private:
  image::layout planned(const image::written_medium& on,
                        const std::shared_ptr<const image::opened_image>& old, std::size_t from,
                        image::append_way way) {
    auto now = models_[from];
    auto how = image::next_session(on, *old);
    lazy_.reset();
    if (way != image::append_way::exact) lazy_.emplace(old, how);
    auto tree = lazy_ ? lazy_->root() : image::import_tree(old, old->best());
    for (auto changes = 1 + random_() % 4; changes > 0; --changes) change(tree, now);
    if (lazy_) how.session.kept = lazy_->kept(tree);
    how.session.relink = way == image::append_way::relinked;
    lazy_.reset();
    auto out = image::plan(std::move(tree), how);
    models_.push_back(std::move(now));
    return out;
  }

  bool one_in(unsigned n) { return random_() % n == 0; }

  // With what is in it, where it is a directory that was kept.
  tree::node_id find(tree::file_tree& tree, const std::string& path) {
    if (!lazy_) return tree.find_path(path).value();
    const auto found = lazy_->find(tree, path).value();
    if (tree.is_kept(found)) lazy_->open(tree, found);
    return found;
  }

  std::string any_directory(const model& now) {
    std::vector<std::string> all{"/"};
    for (const auto& [path, text] : now)
      if (path.ends_with('/')) all.push_back(path);
    return all[random_() % all.size()];
  }

  void change(tree::file_tree& tree, model& now) {
    switch (now.empty() ? 0 : random_() % 5) {
      case 0:
      case 1: {
        const auto path = any_directory(now) + "file" + std::to_string(next_++);
        put(tree, now, path, std::string(random_() % 9000, static_cast<char>('a' + random_() % 26)));
        break;
      }
      case 2: {
        const auto above = any_directory(now), name = "folder" + std::to_string(next_++);
        tree.add_directory(find(tree, above), name);
        now[above + name + "/"] = "";
        break;
      }
      default:
        remove_or_replace(tree, now);
    }
  }

  void put(tree::file_tree& tree, model& now, const std::string& path, const std::string& text) {
    const auto slash = path.rfind('/');
    tree.add_file(find(tree, path.substr(0, slash)), path.substr(slash + 1), tree::memory_content(text),
                  {1'600'000'000 + next_, 0});
    now[path] = text;
  }

  void remove_or_replace(tree::file_tree& tree, model& now) {
    const auto it = std::next(now.begin(), static_cast<std::ptrdiff_t>(random_() % now.size()));
    const auto path = it->first;
    const bool folder = path.ends_with('/');
    tree.remove(find(tree, path));
    if (folder)
      std::erase_if(now, [&](const auto& one) { return one.first.starts_with(path); });
    else
      now.erase(it);
    if (!folder && one_in(2)) put(tree, now, path, "replaced " + std::to_string(next_++));
  }

  std::filesystem::path path_;
  ways ways_;
  std::optional<image::lazy_import> lazy_;  // of the session that is being made
  std::mt19937 random_{20261201};
  long next_ = 0;
  int refused_ = 0;
  std::vector<model> models_;
};

model read_with_ours(const image::opened_image& image) {
  model out;
  const auto done = image.walk(image.best(), [&](const std::string& path, const image::entry& e) {
    if (e.directory) return out.emplace(path + "/", ""), true;
    std::string text(static_cast<std::size_t>(e.size), '\0');
    const auto read = image.read(e, 0, std::as_writable_bytes(std::span(text)));
    EXPECT_TRUE(read) << path;
    return out.emplace(path, std::move(text)), true;
  });
  EXPECT_TRUE(done);
  return out;
}

std::set<std::string> names_by_isoinfo(const std::filesystem::path& image, disk::lba first) {
  const auto said = run({"isoinfo", "-T", std::to_string(first.value), "-R", "-f", "-i", image});
  std::set<std::string> out;
  std::istringstream lines(said.output);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) out.insert(line);
  return out;
}

std::set<std::string> names_of(const model& m) {
  std::set<std::string> out;
  for (const auto& [path, text] : m) out.insert(path.ends_with('/') ? path.substr(0, path.size() - 1) : path);
  return out;
}

constexpr int sessions = 200;

// Whether a history is made of sessions that leave nothing stale.
void check_iso_history(const std::string& name, const history::ways& ways, bool clean) {
  const auto path = work_folder() / name;
  history all(path, {true, true, true, false}, ways);
  for (int i = 1; i < sessions; ++i) ASSERT_NO_FATAL_FAILURE(all.add_session());
  const auto bytes = image::open_blocks(path);
  const auto found = image::find_sessions(*bytes);
  ASSERT_EQ(found.size(), all.models().size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& wanted = all.models()[i];
    EXPECT_EQ(read_with_ours(image::open_session(bytes, found[i])), wanted) << "session " << i + 1;
    EXPECT_EQ(names_by_isoinfo(path, found[i].first), names_of(wanted)) << "session " << i + 1;
    for (const auto& [file, text] : wanted) {
      if (file.ends_with('/') || text.empty()) continue;
      const auto said =
          run({"isoinfo", "-T", std::to_string(found[i].first.value), "-R", "-x", file, "-i", path});
      EXPECT_EQ(said.output, text) << file << ", session " << i + 1;
      break;
    }
  }
  if (clean) {
    EXPECT_NE(run({"isovfy", path}).output.find("No errors found"), std::string::npos);
  }
}

using image::append_way;

TEST(history, two_hundred_sessions_of_iso_9660_are_each_as_they_were) {
  check_iso_history("history.iso", {append_way::exact}, true);
}

TEST(history, two_hundred_sessions_that_are_relinked_are_each_as_they_were) {
  check_iso_history("relinked.iso", {append_way::relinked}, true);
}

TEST(history, two_hundred_sessions_of_all_ways_are_each_as_they_were) {
  check_iso_history("ways.iso", {append_way::exact, append_way::relinked, append_way::compact}, false);
}

// The last session in the eyes of 7z, which knows no other, and no metadata file in pieces.
void check_udf_history(const std::string& name, const history::ways& ways, bool seven_zip,
                       std::uint16_t revision = 0x0201) {
  const auto path = work_folder() / name;
  history all(path, {false, false, false, true}, ways, revision);
  for (int i = 1; i < sessions; ++i) ASSERT_NO_FATAL_FAILURE(all.add_session());
  const auto bytes = image::open_blocks(path);
  const auto found = image::find_sessions(*bytes);
  ASSERT_EQ(found.size(), all.models().size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto image = image::open_session(bytes, found[i]);
    EXPECT_EQ(read_with_ours(image), all.models()[i]) << "session " << i + 1;
    // Older sessions know parents of later ones, where those were relinked.
    const bool clean = ways == history::ways{append_way::exact} || revision > 0x0201;
    if (clean || i + 1 == found.size()) {
      EXPECT_TRUE(image::verify(image).sound()) << "session " << i + 1;
    }
  }
  EXPECT_LT(all.refused(), sessions / 10);
  EXPECT_EQ(complaints_of_udf_tester(path, 32, found.back().first).value_or(""), "");
  if (!seven_zip) return;
  const auto to = work_folder() / (name + ".extracted");
  EXPECT_EQ(run({"7z", "x", "-tudf", "-y", "-o" + to.native(), path}).status, 0);
  listing wanted;
  for (const auto& [file, text] : all.models().back()) wanted[file.substr(1)] = text;
  EXPECT_EQ(read_folder(to), wanted);
}

TEST(history, two_hundred_sessions_of_udf_are_each_as_they_were) {
  check_udf_history("history.udf", {append_way::exact}, true);
}

TEST(history, two_hundred_sessions_of_udf_that_are_relinked_are_each_as_they_were) {
  check_udf_history("relinked.udf", {append_way::relinked}, true);
}

TEST(history, two_hundred_sessions_of_a_metadata_partition_are_each_as_they_were) {
  check_udf_history("metadata.udf", {append_way::compact}, false, 0x0250);
}

}  // namespace
}  // namespace comeback::conformance
