// SPDX-License-Identifier: Apache-2.0
#include "appended.hpp"

#include "image/append.hpp"
#include "image/create.hpp"
#include "image/import.hpp"
#include "image/lazy_import.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "optical/image_medium.hpp"

#include <memory>
#include <string>
#include <utility>

namespace comeback::conformance {

void make_appended(const tree::file_tree& tree, const image::options& how, const std::filesystem::path& path,
                   image::append_way way) {
  auto first = tree;
  first.add_file(tree::root, gone_later, tree::memory_content(std::string(5000, 'g')), {1'500'000'000, 0});
  image::create_image(image::plan(std::move(first), how), path);
  const auto medium = optical::open_image_medium(path, optical::access::writing);
  const auto old = std::make_shared<const image::opened_image>(medium->bytes());
  auto then = image::next_session(image::look_at(*medium), *old);
  then.created = how.created;
  image::lazy_import lazy(old, then);
  const bool exact = way == image::append_way::exact;
  auto next = exact ? image::import_tree(old, old->best()) : lazy.root();
  next.remove(next.find(tree::root, gone_later).value());
  if (!exact) then.session.kept = lazy.kept(next);
  then.session.relink = way == image::append_way::relinked;
  image::append_session(*medium, image::plan(std::move(next), then));
}

}  // namespace comeback::conformance
