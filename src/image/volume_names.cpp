// SPDX-License-Identifier: Apache-2.0
#include "image/volume_names.hpp"

#include "iso9660/descriptor.hpp"
#include "joliet/format.hpp"
#include "udf/text.hpp"

namespace comeback::image {

// What is recorded is read back: there is no second rule. UDF: the identifier of the primary descriptor
// (ECMA-167 3/10.1.4).
std::string volume_name_in(file_system fs, const std::string& name) {
  if (fs == file_system::udf) return udf::text_of_dstring(udf::dstring_bytes(name, 32)).value_or("");
  iso9660::volume_facts facts;
  facts.volume = name;
  if (fs == file_system::joliet) return joliet::style().text(joliet::descriptor(facts).volume.all());
  auto text = std::string(iso9660::primary_descriptor(facts).volume.all());
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace comeback::image
