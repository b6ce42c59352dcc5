// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/progress_items.hpp"

#include "com/object/boundary.hpp"
#include "com/object/enum_variant.hpp"
#include "imapi2fs/enumerators.hpp"

#include <optional>
#include <string>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

com::ptr<progress_item> required_item(std::optional<segment> found, const std::string& what) {
  if (!found) throw error(errc::invalid_argument, "The image has no segment " + what + ".");
  return com::make<progress_item>(std::move(*found));
}

com::ptr<progress_item> item_at(const segments& all, LONG index) {
  const bool there = index >= 0 && static_cast<std::size_t>(index) < all.size();
  return required_item(there ? std::optional(all.at(static_cast<std::size_t>(index))) : std::nullopt,
                       std::to_string(index));
}

com::ptr<progress_item> described_item(const segments& all, BSTR description) {
  if (!description) throw error(errc::fail, "The description is null.");
  const auto text = com::to_utf8(description);
  return required_item(all.of_description(text), "\"" + text + "\"");
}

com::ptr<com::enum_variant> enumerate(const segments& all) {
  auto list = std::make_shared<com::enum_variant::list>();
  for (std::size_t i = 0; i < all.size(); ++i)
    list->push_back(com::dispatch_variant(com::make<progress_item>(all.at(i)).get()));
  return com::make<com::enum_variant>(std::move(list));
}

com::ptr<progress_enumerator> enumerate_items(const segments& all) {
  auto list = std::make_shared<progress_enumerator::list>();
  for (std::size_t i = 0; i < all.size(); ++i) list->push_back(com::make<progress_item>(all.at(i)));
  return com::make<progress_enumerator>(std::move(list));
}

}  // namespace

HRESULT progress_item::get_Description(BSTR* out) noexcept {
  return boundary(out, [&] { return what_.description; });
}
HRESULT progress_item::get_FirstBlock(ULONG* out) noexcept {
  return boundary(out, [&] { return what_.first; });
}
HRESULT progress_item::get_LastBlock(ULONG* out) noexcept {
  return boundary(out, [&] { return what_.first + what_.count - 1; });
}
HRESULT progress_item::get_BlockCount(ULONG* out) noexcept {
  return boundary(out, [&] { return what_.count; });
}

HRESULT progress_items::get__NewEnum(IEnumVARIANT** out) noexcept {
  return boundary(out, [&] { return enumerate(*all_); });
}
HRESULT progress_items::get_Item(LONG index, IProgressItem** out) noexcept {
  return boundary(out, [&] { return item_at(*all_, index); });
}
HRESULT progress_items::get_Count(LONG* out) noexcept {
  return boundary(out, [&] { return all_->size(); });
}
HRESULT progress_items::ProgressItemFromBlock(ULONG block, IProgressItem** out) noexcept {
  return boundary(
      out, [&] { return required_item(all_->of_block(block), "with block " + std::to_string(block)); });
}
HRESULT progress_items::ProgressItemFromDescription(BSTR description, IProgressItem** out) noexcept {
  return boundary(out, [&] { return described_item(*all_, description); });
}
HRESULT progress_items::get_EnumProgressItems(IEnumProgressItems** out) noexcept {
  return boundary(out, [&] { return enumerate_items(*all_); });
}

}  // namespace comeback::imapi2fs
