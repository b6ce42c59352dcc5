// SPDX-License-Identifier: Apache-2.0
#include "image/import_items.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/file_reader.hpp"

#include <optional>
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

}  // namespace

item_importer::item_importer(std::shared_ptr<const opened_image> from, file_system fs)
    : from_(std::move(from)), fs_(fs) {}

void item_importer::fail(const std::string& path, const std::string& why) const {
  throw base::error(base::errc::file_system_inconsistent,
                    fmt::format("{}{} cannot be taken over into a new session: {}.",
                                base::printable(from_->source().name()), base::printable(path), why));
}

tree::node_id item_importer::add(tree::file_tree& to, tree::node_id dir, const std::string& path,
                                 const entry& e, of_directories how) try {
  if (e.fault) fail(path, base::to_string(*e.fault));
  const auto n = add_item(to, dir, path, e, how);
  describe(to, n, e);
  if (e.streams != 0 && !to.is_kept(n)) add_streams(to, n, path, e);
  return n;
} catch (const base::error& error) {
  if (error.code() != base::errc::invalid_name && error.code() != base::errc::duplicate_name) throw;
  fail(path, error.what());
}

tree::node_id item_importer::add_item(tree::file_tree& to, tree::node_id dir, const std::string& path,
                                      const entry& e, of_directories how) {
  switch (e.kind) {
    case tree::node_kind::directory:
      if (how == of_directories::keep) return to.add_kept_directory(dir, e.name, e.modified);
      return to.add_directory(dir, e.name, e.modified);
    case tree::node_kind::file:
      return add_file(to, dir, path, e);
    case tree::node_kind::symbolic_link:
      return to.add_symbolic_link(dir, e.name, e.link_target, e.modified);
    default:
      return to.add_special(dir, e.name, e.kind, e.attributes, e.modified);
  }
}

// Names of one file stay that.
tree::node_id item_importer::add_file(tree::file_tree& to, tree::node_id dir, const std::string& path,
                                      const entry& e) {
  if (e.node == 0 || e.link_count <= 1) return add_content(to, dir, path, e);
  if (const auto known = files_.find(e.node); known != files_.end() && to.contains(known->second))
    return to.add_link(dir, e.name, known->second);
  const auto n = add_content(to, dir, path, e);
  files_.insert_or_assign(e.node, n);
  return n;
}

void item_importer::check_place(const std::string& path, const entry& e) const {
  for (const auto& r : e.runs)
    if (r.recorded && r.offset() + r.bytes > from_->source().size()) fail(path, "it lies outside the image");
}

tree::node_id item_importer::add_content(tree::file_tree& to, tree::node_id dir, const std::string& path,
                                         const entry& e) {
  check_place(path, e);
  if (const auto at = place_of(e)) return to.add_placed_file(dir, e.name, at->value, e.size, e.modified);
  return to.add_file(dir, e.name, std::make_shared<image_content>(from_, e), e.modified);
}

void item_importer::add_streams(tree::file_tree& to, tree::node_id file, const std::string& path,
                                const entry& e) {
  const auto all = from_->streams(fs_, e);
  if (!all) fail(path, base::to_string(all.error()));
  for (const auto& one : *all) {
    if (one.fault) fail(path, base::to_string(*one.fault));
    check_place(path, one);
    if (const auto at = place_of(one))
      to.add_stream(file, one.name, to.add_hidden_placed(one.name, at->value, one.size));
    else
      to.add_stream(file, one.name, std::make_shared<image_content>(from_, one));
  }
}

void item_importer::describe(tree::file_tree& to, tree::node_id n, const entry& e) {
  to.set_modified(n, e.modified);
  auto how = e.attributes;
  how.hidden = how.hidden || e.hidden;
  // Where nobody said anything else.
  if (!how.given && how.permissions == 0) how.permissions = e.directory ? 0555 : 0444;
  how.given = how.given || how.hidden || how.real_time;
  if (how.given) to.set_attributes(n, how);
  if (e.times != tree::other_times{}) to.set_times(n, e.times);
}

}  // namespace comeback::image
