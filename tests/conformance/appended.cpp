// SPDX-License-Identifier: Apache-2.0
#include "appended.hpp"

#include "image/append.hpp"
#include "image/create.hpp"
#include "image/import.hpp"
#include "image/lazy_import.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "image/sessions.hpp"
#include "optical/image_medium.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace comeback::conformance {

namespace {

using image::append_way;

void write_first(const tree::file_tree& tree, const image::options& how, const std::filesystem::path& path) {
  const auto plan = image::plan(tree, how);
  if (how.udf.partition != udf::partition_type::vat) return image::create_image(plan, path);
  const auto medium = optical::create_image_medium(path, optical::media_type::dvd_plus_r);
  image::append_session(*medium, plan);
}

// The root and the first of the directories in it, where something is gone later.
std::vector<tree::node_id> changed_directories(const tree::file_tree& tree) {
  std::vector<tree::node_id> out{tree::root};
  for (const auto node : tree.sorted_children(tree::root))
    if (tree.is_directory(node) && out.size() == 1) out.push_back(node);
  return out;
}

}  // namespace

void make_appended(const tree::file_tree& tree, const image::options& how, const std::filesystem::path& path,
                   append_way way) {
  auto first = tree;
  const auto changed = changed_directories(tree);
  for (const auto dir : changed)
    first.add_file(dir, gone_later, tree::memory_content(std::string(5000, 'g')), {1'500'000'000, 0});
  write_first(first, how, path);
  const auto medium = optical::open_image_medium(path, optical::access::writing);
  const auto on = image::look_at(*medium);
  const auto old =
      std::make_shared<const image::opened_image>(image::open_session(on.bytes, on.sessions.back()));
  auto then = image::next_session(on, *old);
  then.created = how.created;
  image::lazy_import lazy(old, then);
  const bool exact = way == append_way::exact;
  auto next = exact ? image::import_tree(old, old->best()) : lazy.root();
  for (const auto dir : changed) {
    const auto gone = tree.path(dir) + "/" + gone_later;
    next.remove((exact ? next.find_path(gone) : lazy.find(next, gone)).value());
  }
  if (!exact) then.session.kept = lazy.kept(next);
  then.session.relink = way == append_way::relinked;
  image::append_session(*medium, image::plan(std::move(next), then));
}

}  // namespace comeback::conformance
