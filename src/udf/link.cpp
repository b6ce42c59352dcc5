// SPDX-License-Identifier: Apache-2.0
#include "udf/link.hpp"

#include "base/text.hpp"
#include "udf/entry.hpp"
#include "udf/format.hpp"
#include "udf/node_reader.hpp"
#include "udf/text.hpp"

namespace comeback::udf {
namespace {

void append_component(std::string& path, const path_component& c, std::string_view identifier) {
  switch (static_cast<component_type>(c.type)) {
    case component_type::top:
      if (c.name_bytes > 0) return;  // by agreement of who exchange it (4/14.16.1.1)
      [[fallthrough]];
    case component_type::root:
      path = "/";
      return;
    case component_type::parent:
      path += "../";
      return;
    case component_type::self:
      path += "./";
      return;
    case component_type::name:
      path += base::to_utf8(from_cs0(identifier).value_or(u"\xFFFD")) + "/";
      return;
  }
}

}  // namespace

base::parsed<std::string> link_text(std::span<const std::byte> components, std::uint64_t place) {
  const auto* text = reinterpret_cast<const char*>(components.data());
  std::string out;
  for (std::size_t at = 0; at < components.size();) {
    const auto c = disk::read<path_component>(components, at, "symbolic link: component", place);
    if (!c) return tl::unexpected(c.error());
    at += sizeof(path_component);
    if (c->name_bytes > components.size() - at)
      return wrong(base::fault::truncated, place, "symbolic link: component");
    append_component(out, *c, {text + at, c->name_bytes});
    at += c->name_bytes;
  }
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

std::string recorded_link(std::string_view target) {
  return link_text(components_of(target), 0).value_or("");
}

}  // namespace comeback::udf
