// SPDX-License-Identifier: Apache-2.0
#include "image/import.hpp"

#include "base/error.hpp"
#include "image/import_items.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace comeback::image {
namespace {

class importer {
 public:
  importer(std::shared_ptr<const opened_image> from, file_system fs, const base::progress& progress,
           const std::stop_token& stop)
      : items_(std::move(from), fs), progress_(progress), stop_(stop) {}

  tree::file_tree run() {
    const auto& from = items_.from();
    item_importer::describe(tree_, tree::root, from.root(items_.fs()));
    const auto walked = from.walk(items_.fs(), [this](const std::string& path, const entry& e) {
      base::check(stop_);
      base::report(progress_, {"reading the old session", ++seen_, 0, path});
      items_.add(tree_, directory_of(path), path, e);
      return true;
    });
    if (!walked) items_.fail("", base::to_string(walked.error()));
    return std::move(tree_);
  }

 private:
  // What lies in one directory comes in one go.
  tree::node_id directory_of(const std::string& path) {
    const auto folder = std::string_view(path).substr(0, path.rfind('/'));
    if (folder != folder_) {
      const auto found = tree_.find_path(folder);
      if (!found) items_.fail(path, "its directory is not there");
      folder_ = folder;
      directory_ = *found;
    }
    return directory_;
  }

  item_importer items_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  tree::file_tree tree_;
  std::string folder_;
  tree::node_id directory_ = tree::root;
  std::uint64_t seen_ = 0;
};

}  // namespace

tree::file_tree import_tree(std::shared_ptr<const opened_image> from, file_system fs,
                            const base::progress& progress, const std::stop_token& stop) {
  return importer(std::move(from), fs, progress, stop).run();
}

}  // namespace comeback::image
