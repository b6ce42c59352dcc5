// SPDX-License-Identifier: Apache-2.0
#include "imapi2/disc_master.hpp"

#include "base/error.hpp"
#include "com/object/arrays.hpp"
#include "com/object/boundary.hpp"
#include "com/object/enum_variant.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace comeback::imapi2 {
namespace {

using base::errc;
using base::error;
using list = std::vector<std::string>;

constexpr com::event added{&DDiscMaster2Events::NotifyDeviceAdded, 0x100};
constexpr com::event removed{&DDiscMaster2Events::NotifyDeviceRemoved, 0x101};

using words = std::unique_ptr<OLECHAR, decltype(&SysFreeString)>;

list missing_in(const list& these, const list& of) {
  list found;
  std::ranges::copy_if(of, std::back_inserter(found),
                       [&](const auto& id) { return std::ranges::find(these, id) == these.end(); });
  return found;
}

bool opens(const optical::recorder_registry& all, const std::string& id) {
  try {
    return all.open(id) != nullptr;
  } catch (const error&) {
    return false;
  }
}

}  // namespace

list disc_master::ids() {
  auto now = on_->recorders->ids();
  list before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(known_, now);
  }
  auto& at = point_of<DDiscMaster2Events>();
  for (const auto& id : missing_in(now, before))
    removed.raise(at, this, words(com::to_bstr(id), SysFreeString).get());
  for (const auto& id : missing_in(before, now))
    added.raise(at, this, words(com::to_bstr(id), SysFreeString).get());
  return now;
}

HRESULT disc_master::get__NewEnum(IEnumVARIANT** out) noexcept {
  return boundary(out, [&] {
    auto items = std::make_shared<com::enum_variant::list>();
    for (const auto& id : ids()) items->push_back(com::text_variant(id));
    return com::make<com::enum_variant>(std::move(items));
  });
}
HRESULT disc_master::get_Item(LONG index, BSTR* out) noexcept {
  return boundary(out, [&] {
    const auto all = ids();
    if (index < 0 || static_cast<std::size_t>(index) >= all.size())
      throw error(
          errc::invalid_argument,
          fmt::format("There is no recorder {}: there are {}, and counting begins at 0.", index, all.size()));
    return all[static_cast<std::size_t>(index)];
  });
}
HRESULT disc_master::get_Count(LONG* out) noexcept {
  return boundary(out, [&] { return ids().size(); });
}
HRESULT disc_master::get_IsSupportedEnvironment(VARIANT_BOOL* out) noexcept {
  return boundary(out, [&] {
    return std::ranges::any_of(ids(), [&](const auto& id) { return opens(*on_->recorders, id); });
  });
}

}  // namespace comeback::imapi2
