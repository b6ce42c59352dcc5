// SPDX-License-Identifier: Apache-2.0
// Every kind of image of ours in Linux's hands: mounted by its isofs and udf drivers, every fact of every
// item is what the tree says.
#include "appended.hpp"
#include "base/sha256.hpp"
#include "corpus.hpp"
#include "image/create.hpp"
#include "image/dedupe.hpp"
#include "image/naming.hpp"
#include "kernel.hpp"
#include "kernel_kinds.hpp"
#include "optical/image_medium.hpp"
#include "programs.hpp"
#include "tree/add_tree.hpp"
#include "tree/content_reader.hpp"
#include "verdicts.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;
using image::file_system;

struct sample {
  tree::file_tree tree;
  fs::path image;
  fs::path enhanced;  // of level 4: a copy that shows its other tree
};

// Linux passes the Enhanced Volume Descriptor by (fs/isofs/inode.c takes a supplementary one for Joliet or
// for nothing). It differs from a primary one in type and version only (ECMA-119 8.5), so a copy of the image
// gets it as such in the primary's place.
void put_enhanced_first(const fs::path& image) {
  constexpr std::size_t block = 2048, first = 16 * block, type = 0, version = 6;
  std::fstream file(image, std::ios::in | std::ios::out | std::ios::binary);
  std::string descriptor(block, '\0');
  file.seekg(first);
  do {
    if (!file.read(descriptor.data(), block) || descriptor[type] == '\xFF')
      throw std::runtime_error("no enhanced descriptor in " + image.native());
  } while (descriptor[type] != 2 || descriptor[version] != 2);
  descriptor[type] = descriptor[version] = 1;
  file.seekp(first).write(descriptor.data(), block);
}

std::string sha256_of(const tree::file_tree& tree, tree::content_id content) {
  tree::content_reader reader(tree);
  std::vector<std::byte> bytes(static_cast<std::size_t>(tree.info(content).size));
  if (!bytes.empty()) reader.read(content, 0, bytes);
  return base::to_hex(base::sha256_of(bytes));
}

std::map<std::string, sample> make_samples() {
  const auto source = work_folder() / "kernel";
  write_kernel_corpus(source);
  std::map<std::string, sample> out;
  for (const auto& k : kernel_kinds()) {
    auto& s = out[k.title];
    tree::add_tree(s.tree, tree::root, source, k.adding);
    s.image = work_folder() / (k.title + ".kernel.iso");
    auto how = k.how;
    if (k.dedupe) how.extent_of = image::find_equal_contents(s.tree).first;
    if (k.appended)
      make_appended(s.tree, how, s.image, *k.appended);
    else
      image::create_image(image::plan(s.tree, how), s.image);
    if (how.iso_level != 4) continue;
    s.enhanced = work_folder() / (k.title + ".enhanced.iso");
    fs::copy_file(s.image, s.enhanced);
    put_enhanced_first(s.enhanced);
  }
  return out;
}

const sample& sample_of(const kernel_kind& k) {
  static const auto all = make_samples();
  return all.at(k.title);
}

// A drive tells Linux where the last session begins; of an image, whoever mounts it does. Volumes on media
// that are written at random need nothing: there, the anchor at block 256 leads to the last one.
std::string options_of(const kernel_kind& k, file_system seen, const fs::path& image) {
  if (!k.appended || k.how.udf.partition != udf::partition_type::vat) return k.mount_options(seen);
  const auto medium = optical::open_image_medium(image, optical::access::reading);
  return "session=" + std::to_string(medium->sessions().back().first.value);
}

// All images in as few boots as possible, once.
const kernel_view& view_of(const kernel_kind& k, file_system as) {
  static const auto all = [] {
    std::vector<kernel_mount> mounts;
    std::vector<std::string> keys;
    for (const auto& one : kernel_kinds())
      for (const auto seen : one.seen_as()) {
        const auto& s = sample_of(one);
        mounts.push_back({seen == file_system::enhanced ? s.enhanced : s.image, type_of(seen),
                          options_of(one, seen, s.image)});
        keys.push_back(one.title + "/" + std::string(image::name_of(seen)));
      }
    std::map<std::string, kernel_view> out;
    try {
      auto views = ask_kernel(mounts, built_guest());
      for (std::size_t i = 0; i < keys.size(); ++i) out[keys[i]] = std::move(views.at(i));
    } catch (const std::exception& e) {  // not once for each test
      ADD_FAILURE() << e.what();
      for (const auto& key : keys) out[key].error = -1;
    }
    return out;
  }();
  return all.at(k.title + "/" + std::string(image::name_of(as)));
}

// As Linux shows a recorded name. In Joliet it takes dots at the end off as it does the version.
std::string shown(file_system as, std::string name, bool directory) {
  if (as != file_system::joliet) return name;
  if (!directory && name.ends_with(";1")) name.resize(name.size() - 2);
  while (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

struct wanted_item {
  tree::node_id node;
  std::string path;
};

std::vector<wanted_item> wanted_items(const tree::file_tree& tree, const image::options& how,
                                      file_system as) {
  const bool true_names = as == file_system::rock_ridge || as == file_system::udf;
  const auto naming = true_names ? nullptr : image::naming_of(as, how);
  std::vector<wanted_item> out{{tree::root, "/"}};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto folder = out[i];
    if (!tree.is_directory(folder.node)) continue;
    const auto at = folder.path == "/" ? "/" : folder.path + "/";
    if (true_names) {
      for (const auto node : tree.sorted_children(folder.node))
        out.push_back({node, at + std::string(tree.name(node))});
    } else {
      for (const auto& one : naming->children(tree, folder.node))
        out.push_back(
            {one.node, at + shown(as, image::readable(as, one.identifier), tree.is_directory(one.node))});
    }
  }
  return out;
}

// A link as components record it: none is empty (RRIP 4.1.3.1, ECMA-167 4/14.16.1), so "./a//b/" is "./a/b".
std::string recorded(std::string_view target) {
  std::string out;
  for (const char c : target)
    if (c != '/' || !out.ends_with('/')) out += c;
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

char letter_of(tree::node_kind kind, bool posix) {
  switch (kind) {
    case tree::node_kind::directory:
      return 'd';
    case tree::node_kind::symbolic_link:
      return posix ? 'l' : 'f';
    case tree::node_kind::character_device:
      return posix ? 'c' : 'f';
    case tree::node_kind::block_device:
      return posix ? 'b' : 'f';
    case tree::node_kind::fifo:
      return posix ? 'p' : 'f';
    case tree::node_kind::socket:
      return posix ? 's' : 'f';
    case tree::node_kind::file:
      break;
  }
  return 'f';
}

class kernel_images : public testing::TestWithParam<std::pair<const kernel_kind*, file_system>> {
 protected:
  static const kernel_kind& kind() { return *GetParam().first; }
  static file_system as() { return GetParam().second; }
  static bool posix() { return as() == file_system::rock_ridge || as() == file_system::udf; }
  static const kernel_view& view() { return view_of(kind(), as()); }
  static const tree::file_tree& tree() { return sample_of(kind()).tree; }

  static void judge_is() {
    judged_by(as() == file_system::udf ? "Linux udf" : "Linux isofs",
              words_of(kind().how, kind().dedupe, kind().appended),
              as() == file_system::enhanced
                  ? "Passes level 4's descriptor by: seen in a copy that has it as the primary one."
                  : "");
  }
  static void expect_content(const wanted_item& item, const kernel_entry& e) {
    if (tree().kind(item.node) != tree::node_kind::file) return;
    EXPECT_EQ(e.size, tree().size(item.node)) << item.path;
    EXPECT_EQ(e.sha256, sha256_of(tree(), tree().content_of(item.node))) << item.path;
  }
  static void expect_time(const wanted_item& item, const kernel_entry& e) {
    const auto modified = tree().modified(item.node);
    if (modified == base::timestamp{}) return;
    // isofs of Linux 6.1 keeps its times in 32 bits.
    if (as() != file_system::udf && modified.seconds > std::numeric_limits<std::int32_t>::max()) return;
    EXPECT_EQ(e.modified, modified.seconds) << item.path;
    if (as() == file_system::udf) {
      EXPECT_EQ(e.modified_ns / 1000, modified.nanoseconds / 1000) << item.path;  // in microseconds
    }
  }
  static void expect_posix(const wanted_item& item, const kernel_entry& e) {
    const auto& a = tree().attributes_of(item.node);
    if (!posix() || !a.given) return;
    if (e.kind != 'l') {
      EXPECT_EQ(e.mode, a.permissions) << item.path;
    }
    EXPECT_EQ(e.user, a.user) << item.path;
    EXPECT_EQ(e.group, a.group) << item.path;
    EXPECT_EQ(e.target, recorded(tree().link_target(item.node))) << item.path;
    if (e.kind == 'c' || e.kind == 'b') {
      EXPECT_EQ(e.device, std::to_string(a.major) + ":" + std::to_string(a.minor)) << item.path;
    }
  }
  static void expect_item(const wanted_item& item) {
    const auto at = view().entries.find(item.path);
    if (at == view().entries.end()) {
      ADD_FAILURE() << "missing: " << item.path;
      return;
    }
    EXPECT_EQ(at->second.kind, letter_of(tree().kind(item.node), posix())) << item.path;
    expect_content(item, at->second);
    expect_time(item, at->second);
    expect_posix(item, at->second);
  }
};

TEST_P(kernel_images, are_mounted_without_a_complaint) {
  judge_is();
  ASSERT_EQ(view().error, 0);
  for (const auto& line : view().messages) {
    EXPECT_EQ(line.find("rror"), std::string::npos) << line;
    EXPECT_EQ(line.find("arn"), std::string::npos) << line;
  }
}

TEST_P(kernel_images, hold_what_the_tree_holds) {
  judge_is();
  const auto wanted = wanted_items(tree(), kind().how, as());
  ASSERT_GT(wanted.size(), 180U);
  std::set<std::string> paths;
  for (const auto& item : wanted) {
    expect_item(item);
    paths.insert(item.path);
  }
  for (const auto& one : view().entries) EXPECT_TRUE(paths.contains(one.first)) << "too many: " << one.first;
}

// Names of one file are one file to the kernel, with as many links.
TEST_P(kernel_images, keep_hard_links) {
  if (!posix()) GTEST_SKIP() << "has no hard links";
  std::map<tree::content_id, std::vector<std::string>> names;
  for (const auto& item : wanted_items(tree(), kind().how, as()))
    if (tree().kind(item.node) == tree::node_kind::file)
      names[tree().content_of(item.node)].push_back(item.path);
  std::size_t linked = 0;
  for (const auto& [content, paths] : names) {
    linked += paths.size() > 1 ? 1 : 0;
    for (const auto& path : paths) {
      const auto at = view().entries.find(path);
      ASSERT_NE(at, view().entries.end()) << path;
      EXPECT_EQ(at->second.links, paths.size()) << path;
      if (as() == file_system::udf) {
        EXPECT_EQ(at->second.inode, view().entries.at(paths[0]).inode) << path;
      }
    }
  }
  EXPECT_GT(linked, 0U);
}

std::vector<std::pair<const kernel_kind*, file_system>> all_views() {
  std::vector<std::pair<const kernel_kind*, file_system>> out;
  for (const auto& k : kernel_kinds())
    for (const auto as : k.seen_as()) out.emplace_back(&k, as);
  return out;
}

std::string title_of(const testing::TestParamInfo<std::pair<const kernel_kind*, file_system>>& one) {
  auto title = one.param.first->title + "_as_" + std::string(image::name_of(one.param.second));
  std::ranges::replace(title, '-', '_');
  return title;
}

INSTANTIATE_TEST_SUITE_P(kinds, kernel_images, testing::ValuesIn(all_views()), title_of);

}  // namespace
}  // namespace comeback::conformance
