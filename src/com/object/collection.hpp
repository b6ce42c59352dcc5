// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "com/object/enum_variant.hpp"

#include <memory>
#include <string>
#include <vector>

namespace comeback::com {

/// The items of a collection as it was asked for; indices begin at 1.
template <class Item>
[[nodiscard]] const ptr<Item>& item_at(const std::vector<ptr<Item>>& items, LONG index) {
  if (index < 1 || static_cast<std::size_t>(index) > items.size())
    throw base::error(base::errc::bad_index, "There is no item " + std::to_string(index) + " of " +
                                                 std::to_string(items.size()) + ".");
  return items[static_cast<std::size_t>(index) - 1];
}

/// The enumerator behind _NewEnum.
template <class Item>
[[nodiscard]] ptr<enum_variant> enumerate(const std::vector<ptr<Item>>& items) {
  auto list = std::make_shared<enum_variant::list>();
  for (const auto& item : items) list->push_back(dispatch_variant(item.get()));
  return make<enum_variant>(std::move(list));
}

}  // namespace comeback::com
