// SPDX-License-Identifier: Apache-2.0
#include "image/import.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/file_reader.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace comeback::image {
namespace {

// A file of an opened image, read from there whenever it is written.
class image_content final : public tree::content {
 public:
  image_content(std::shared_ptr<const opened_image> from, entry what)
      : from_(std::move(from)), file_(std::move(what)) {}
  [[nodiscard]] std::uint64_t size() const override { return file_.size; }
  [[nodiscard]] std::unique_ptr<tree::reader> open() const override {
    return std::make_unique<file>(*from_, file_);
  }

 private:
  class file final : public tree::reader {
   public:
    file(const opened_image& image, const entry& e) : image_(image), reader_(image, e) {}
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
      std::size_t done = 0;
      while (done < into.size()) {
        const auto n = value_or_throw(reader_.read(offset + done, into.subspan(done)), image_);
        if (n == 0) break;
        done += n;
      }
      return done;
    }

   private:
    const opened_image& image_;
    file_reader reader_;
  };

  std::shared_ptr<const opened_image> from_;
  entry file_;
};

// Where all bytes lie in one piece of whole blocks.
std::optional<disk::lba> place_of(const entry& e) {
  if (e.size == 0 || !e.embedded.empty() || e.runs.empty()) return std::nullopt;
  auto next = e.runs.front().at;
  for (const auto& r : e.runs) {
    if (!r.recorded || r.skip != 0 || r.at != next) return std::nullopt;
    if (r.bytes % disk::block_size != 0 && &r != &e.runs.back()) return std::nullopt;
    next += disk::blocks_for(r.bytes);
  }
  return e.runs.front().at;
}

class importer {
 public:
  importer(std::shared_ptr<const opened_image> from, file_system fs, const base::progress& progress,
           const std::stop_token& stop)
      : from_(std::move(from)), fs_(fs), progress_(progress), stop_(stop) {}

  tree::file_tree run() {
    describe(tree::root, from_->root(fs_));
    const auto walked = from_->walk(fs_, [this](const std::string& path, const entry& e) {
      base::check(stop_);
      add(path, e);
      return true;
    });
    if (!walked) fail("", base::to_string(walked.error()));
    return std::move(tree_);
  }

 private:
  [[noreturn]] void fail(const std::string& path, const std::string& why) const {
    throw base::error(base::errc::file_system_inconsistent,
                      fmt::format("{}{} cannot be taken over into a new session: {}.",
                                  base::printable(from_->source().name()), base::printable(path), why));
  }

  void add(const std::string& path, const entry& e) try {
    if (e.fault) fail(path, base::to_string(*e.fault));
    base::report(progress_, {"reading the old session", ++seen_, 0, path});
    const auto n = add_item(directory_of(path), path, e);
    describe(n, e);
    if (e.streams != 0) add_streams(n, path, e);
  } catch (const base::error& error) {
    if (error.code() != base::errc::invalid_name && error.code() != base::errc::duplicate_name) throw;
    fail(path, error.what());
  }

  // What lies in one directory comes in one go.
  tree::node_id directory_of(const std::string& path) {
    const auto folder = std::string_view(path).substr(0, path.rfind('/'));
    if (folder != folder_) {
      const auto found = tree_.find_path(folder);
      if (!found) fail(path, "its directory is not there");
      folder_ = folder;
      directory_ = *found;
    }
    return directory_;
  }

  tree::node_id add_item(tree::node_id dir, const std::string& path, const entry& e) {
    switch (e.kind) {
      case tree::node_kind::directory:
        return tree_.add_directory(dir, e.name, e.modified);
      case tree::node_kind::file:
        return add_file(dir, path, e);
      case tree::node_kind::symbolic_link:
        return tree_.add_symbolic_link(dir, e.name, e.link_target, e.modified);
      default:
        return tree_.add_special(dir, e.name, e.kind, e.attributes, e.modified);
    }
  }

  // Names of one file stay that.
  tree::node_id add_file(tree::node_id dir, const std::string& path, const entry& e) {
    if (e.node != 0 && e.link_count > 1)
      if (const auto known = files_.find(e.node); known != files_.end())
        return tree_.add_link(dir, e.name, known->second);
    const auto n = add_content(dir, path, e);
    if (e.node != 0 && e.link_count > 1) files_.emplace(e.node, n);
    return n;
  }

  tree::node_id add_content(tree::node_id dir, const std::string& path, const entry& e) {
    for (const auto& r : e.runs)
      if (r.recorded && r.offset() + r.bytes > from_->source().size())
        fail(path, "it lies outside the image");
    if (const auto at = place_of(e)) return tree_.add_placed_file(dir, e.name, at->value, e.size, e.modified);
    return tree_.add_file(dir, e.name, std::make_shared<image_content>(from_, e), e.modified);
  }

  void add_streams(tree::node_id file, const std::string& path, const entry& e) {
    const auto all = from_->streams(fs_, e);
    if (!all) fail(path, base::to_string(all.error()));
    for (const auto& one : *all) {
      if (one.fault) fail(path, base::to_string(*one.fault));
      tree_.add_stream(file, one.name, std::make_shared<image_content>(from_, one));
    }
  }

  void describe(tree::node_id n, const entry& e) {
    tree_.set_modified(n, e.modified);
    auto how = e.attributes;
    how.hidden = how.hidden || e.hidden;
    // Where nobody said anything else.
    if (!how.given && how.permissions == 0) how.permissions = e.directory ? 0555 : 0444;
    how.given = how.given || how.hidden || how.real_time;
    if (how.given) tree_.set_attributes(n, how);
    if (e.times != tree::other_times{}) tree_.set_times(n, e.times);
  }

  std::shared_ptr<const opened_image> from_;
  const file_system fs_;
  const base::progress& progress_;
  const std::stop_token& stop_;
  tree::file_tree tree_;
  std::unordered_map<std::uint64_t, tree::node_id> files_;  // by entry::node
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
