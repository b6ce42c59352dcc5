// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/directory_item.hpp"

#include "com/object/boundary.hpp"
#include "com/object/enum_variant.hpp"
#include "imapi2fs/enumerators.hpp"
#include "imapi2fs/feature.hpp"
#include "imapi2fs/paths.hpp"
#include "imapi2fs/streams.hpp"

#include <memory>
#include <string>
#include <vector>

namespace comeback::imapi2fs {
namespace {

using com::required;

// A snapshot in the order of the names. A directory that is in no image has nothing.
std::vector<item> children(const item& directory) {
  std::vector<item> all;
  const auto top = directory.which;
  if (top.loose && top.loose->node == tree::no_node) return all;
  const auto node = directory.image->node_of(top);
  directory.image->with_tree([&](const tree::file_tree& t) {
    for (const auto child : t.sorted_children(node))
      all.push_back({directory.image, {child}, directory.owner});
  });
  return all;
}

// Paths, as the page of _NewEnum has it.
com::ptr<com::enum_variant> enumerate(const item& directory) {
  auto list = std::make_shared<com::enum_variant::list>();
  for (const auto& child : children(directory)) list->push_back(text_variant(child.full_path()));
  return com::make<com::enum_variant>(std::move(list));
}

com::ptr<fsi_items> enumerate_items(const item& directory) {
  auto list = std::make_shared<fsi_items::list>();
  for (auto& child : children(directory)) list->push_back(make_item(std::move(child)));
  return com::make<fsi_items>(std::move(list));
}

com::ptr<IFsiItem> child_at(const item& directory, const std::string& path) {
  const auto found = directory.image->find(directory.image->node_of(directory.which), path);
  return make_item({directory.image, {found}, directory.owner});
}

// What raises events gets its own copy of the item: a sink may release the object that is being called.
void add_file(const item& into, const std::string& path, com::ptr<IStream> data) {
  into.image->add_file(into.which, path, content_of(std::move(data), path), into.owner->updates());
}

bool add_tree(const item& into, const std::string& source, VARIANT_BOOL with_base_directory,
              image_model::host_streams streams) {
  return into.image->add_tree(into.which, source, with_base_directory != VARIANT_FALSE, into.owner->updates(),
                              streams);
}

void add(const item& into, const item& what) {
  into.image->add_item(into.which, what.which, into.owner->updates());
}

}  // namespace

HRESULT directory_item::get__NewEnum(IEnumVARIANT** out) noexcept {
  return boundary(out, [&] { return enumerate(self()); });
}
HRESULT directory_item::get_Item(BSTR path, IFsiItem** out) noexcept {
  return boundary(out, [&] { return child_at(self(), required(path, "path")); });
}
HRESULT directory_item::get_Count(LONG* out) noexcept {
  return boundary(out, [&] { return children(self()).size(); });
}
HRESULT directory_item::get_EnumFsiItems(IEnumFsiItems** out) noexcept {
  return boundary(out, [&] { return enumerate_items(self()); });
}
HRESULT directory_item::AddDirectory(BSTR path) noexcept {
  return boundary([&] { self().image->add_directory(self().which, required(path, "path")); });
}
HRESULT directory_item::AddFile(BSTR path, IStream* data) noexcept {
  return boundary([&, self = self()] { add_file(self, required(path, "path"), required_stream(data)); });
}
HRESULT directory_item::AddTree(BSTR source, VARIANT_BOOL with_base_directory) noexcept {
  return boundary([&, self = self()] {
    add_tree(self, required(source, "source directory"), with_base_directory,
             image_model::host_streams::leave_out);
  });
}
HRESULT directory_item::Add(IFsiItem* what) noexcept {
  return boundary([&, self = self()] { add(self, item_of(what, *self.image)); });
}
HRESULT directory_item::Remove(BSTR path) noexcept {
  return boundary([&] { self().image->remove(self().which, required(path, "path")); });
}
HRESULT directory_item::RemoveTree(BSTR path) noexcept {
  return boundary([&] { self().image->remove_tree(self().which, required(path, "path")); });
}
HRESULT directory_item::AddTreeWithNamedStreams(BSTR source, VARIANT_BOOL with_base_directory) noexcept {
  bool kept = true;
  return with_feature(kept, boundary([&, self = self()] {
                        kept = add_tree(self, required(source, "source directory"), with_base_directory,
                                        image_model::host_streams::take);
                      }));
}

}  // namespace comeback::imapi2fs
