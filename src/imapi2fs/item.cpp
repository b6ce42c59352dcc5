// SPDX-License-Identifier: Apache-2.0
#include "imapi2fs/item.hpp"

#include "com/data/date.hpp"
#include "imapi2fs/directory_item.hpp"
#include "imapi2fs/file_item.hpp"
#include "imapi2fs/paths.hpp"

#include <utility>

namespace comeback::imapi2fs {
namespace {

using base::errc;
using base::error;

base::timestamp time_of(DATE when) {
  const auto time = com::to_timestamp(when);
  if (!time) throw error(errc::invalid_parameter, "The time lies outside the years 100 to 9999.");
  return *time;
}

}  // namespace

std::string item::full_path() const {
  const auto path = facts().path;
  return path == "/" ? "" : with_backslashes(path);
}

DATE item::modified() const { return com::to_date(facts().state.modified); }

DATE item::created() const {
  const auto state = facts().state;
  return com::to_date(state.times.created.value_or(state.modified));
}

DATE item::accessed() const {
  const auto state = facts().state;
  return com::to_date(state.times.accessed.value_or(state.modified));
}

void item::set_modified(DATE when) const {
  image->change_item(which, [time = time_of(when)](item_state& s) { s.modified = time; });
}

void item::set_created(DATE when) const {
  image->change_item(which, [time = time_of(when)](item_state& s) { s.times.created = time; });
}

void item::set_accessed(DATE when) const {
  image->change_item(which, [time = time_of(when)](item_state& s) { s.times.accessed = time; });
}

void item::set_hidden(bool wanted) const {
  image->change_item(which, [wanted](item_state& s) {
    s.attributes.hidden = wanted;
    s.attributes.given = true;
  });
}

com::ptr<IFsiItem> make_item(item what) {
  if (what.facts().directory) return com::make<directory_item>(std::move(what));
  return com::make<file_item>(std::move(what));
}

item item_of(IFsiItem* object, const image_model& in) {
  if (!object) throw error(errc{static_cast<std::uint32_t>(E_POINTER)}, "The item is null.");
  const auto holder = com::ptr<IFsiItem>(object).as<item_holder>();
  if (!holder || holder->held().image.get() != &in)
    throw error(errc::invalid_parameter, "The item was not made by this image.");
  return holder->held();
}

}  // namespace comeback::imapi2fs
