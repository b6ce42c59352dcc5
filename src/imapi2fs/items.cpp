// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/items.hpp"

#include "com/data/date.hpp"
#include "com/object/boundary.hpp"
#include "com/object/enum_variant.hpp"
#include "imapi2fs/streams.hpp"

#include <algorithm>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;
using com::required;

com::variant text_variant(const std::string& text) {
  com::variant made;
  VARIANT* const v = made.put();
  v->bstrVal = com::to_bstr(text);
  v->vt = VT_BSTR;
  return made;
}

// Paths, as the page of _NewEnum has it; a snapshot in the order of the names.
com::ptr<com::enum_variant> enumerate(const item& directory) {
  auto list = std::make_shared<com::enum_variant::list>();
  directory.image->with_tree([&](const tree::file_tree& t) {
    for (const auto child : t.sorted_children(directory.node))
      list->push_back(text_variant(with_backslashes(t.path(child))));
  });
  return com::make<com::enum_variant>(std::move(list));
}

com::ptr<IStream> required_stream(IStream* stream) {
  if (!stream) throw error(errc{static_cast<std::uint32_t>(E_POINTER)}, "The stream is null.");
  return com::ptr<IStream>(stream);
}

// What raises events gets its own copy of the item: a sink may release the object that is being called.
void add_file(const item& into, const std::string& path, com::ptr<IStream> data) {
  into.image->add_file(into.node, path, content_of(std::move(data), path), into.owner->updates());
}

}  // namespace

std::string with_backslashes(std::string path) {
  std::ranges::replace(path, '/', '\\');
  return path;
}

std::string item::name() const {
  return image->with_tree([&](const tree::file_tree& t) { return std::string(t.name(node)); });
}

std::string item::full_path() const {
  return image->with_tree([&](const tree::file_tree& t) { return with_backslashes(t.path(node)); });
}

std::uint64_t item::size() const {
  return image->with_tree([&](const tree::file_tree& t) { return t.size(node); });
}

DATE item::modified() const {
  const auto when = image->with_tree([&](const tree::file_tree& t) { return t.modified(node); });
  return com::to_date(when);
}

void item::set_modified(DATE when) const {
  const auto time = com::to_timestamp(when);
  if (!time) throw error(errc::invalid_parameter, "The time lies outside the years 100 to 9999.");
  image->set_modified(node, *time);
}

com::ptr<IFsiItem> make_item(item what) {
  const bool directory =
      what.image->with_tree([&](const tree::file_tree& t) { return t.is_directory(what.node); });
  if (directory) return com::make<directory_item>(std::move(what));
  return com::make<file_item>(std::move(what));
}

HRESULT directory_item::get_Name(BSTR* out) noexcept {
  return boundary(out, [&] { return self_.name(); });
}
HRESULT directory_item::get_FullPath(BSTR* out) noexcept {
  return boundary(out, [&] { return self_.full_path(); });
}
HRESULT directory_item::get_LastModifiedTime(DATE* out) noexcept {
  return boundary(out, [&] { return self_.modified(); });
}
HRESULT directory_item::put_LastModifiedTime(DATE value) noexcept {
  return boundary([&] { self_.set_modified(value); });
}
HRESULT directory_item::FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept {
  return boundary(out, [&] { return self_.image->file_system_name(self_.node, file_system); });
}
HRESULT directory_item::FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept {
  return boundary(out, [&] { return self_.image->file_system_path(self_.node, file_system); });
}
HRESULT directory_item::get__NewEnum(IEnumVARIANT** out) noexcept {
  return boundary(out, [&] { return enumerate(self_); });
}
HRESULT directory_item::get_Item(BSTR path, IFsiItem** out) noexcept {
  return boundary(out, [&] {
    return make_item({self_.image, self_.image->find(self_.node, required(path, "path")), self_.owner});
  });
}
HRESULT directory_item::get_Count(LONG* out) noexcept {
  return boundary(out, [&] {
    return self_.image->with_tree([&](const tree::file_tree& t) { return t.children(self_.node).size(); });
  });
}
HRESULT directory_item::AddDirectory(BSTR path) noexcept {
  return boundary([&] { self_.image->add_directory(self_.node, required(path, "path")); });
}
HRESULT directory_item::AddFile(BSTR path, IStream* data) noexcept {
  return boundary([&, self = self_] { add_file(self, required(path, "path"), required_stream(data)); });
}
HRESULT directory_item::AddTree(BSTR source, VARIANT_BOOL with_base_directory) noexcept {
  return boundary([&, self = self_] {
    self.image->add_tree(self.node, required(source, "source directory"),
                         with_base_directory != VARIANT_FALSE, self.owner->updates());
  });
}
HRESULT directory_item::Remove(BSTR path) noexcept {
  return boundary([&] { self_.image->remove(self_.node, required(path, "path")); });
}
HRESULT directory_item::RemoveTree(BSTR path) noexcept {
  return boundary([&] { self_.image->remove_tree(self_.node, required(path, "path")); });
}

HRESULT file_item::get_Name(BSTR* out) noexcept {
  return boundary(out, [&] { return self_.name(); });
}
HRESULT file_item::get_FullPath(BSTR* out) noexcept {
  return boundary(out, [&] { return self_.full_path(); });
}
HRESULT file_item::get_LastModifiedTime(DATE* out) noexcept {
  return boundary(out, [&] { return self_.modified(); });
}
HRESULT file_item::put_LastModifiedTime(DATE value) noexcept {
  return boundary([&] { self_.set_modified(value); });
}
HRESULT file_item::FileSystemName(FsiFileSystems file_system, BSTR* out) noexcept {
  return boundary(out, [&] { return self_.image->file_system_name(self_.node, file_system); });
}
HRESULT file_item::FileSystemPath(FsiFileSystems file_system, BSTR* out) noexcept {
  return boundary(out, [&] { return self_.image->file_system_path(self_.node, file_system); });
}
HRESULT file_item::get_DataSize(LONGLONG* out) noexcept {
  return boundary(out, [&] { return self_.size(); });
}
HRESULT file_item::get_DataSize32BitLow(LONG* out) noexcept {
  return boundary(out, [&] { return static_cast<LONG>(self_.size() & 0xFFFFFFFF); });
}
HRESULT file_item::get_DataSize32BitHigh(LONG* out) noexcept {
  return boundary(out, [&] { return static_cast<LONG>(self_.size() >> 32); });
}

}  // namespace comeback::imapi2fs
