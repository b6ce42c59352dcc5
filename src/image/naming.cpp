// SPDX-License-Identifier: Apache-2.0
#include "image/naming.hpp"

#include "base/text.hpp"
#include "iso9660/long_names.hpp"
#include "iso9660/names.hpp"
#include "joliet/names.hpp"

namespace comeback::image {

std::unique_ptr<const iso9660::naming> naming_of(file_system fs, const options& how) {
  if (fs == file_system::joliet) return std::make_unique<joliet::names>(how.strict_joliet);
  if (fs == file_system::enhanced) return std::make_unique<iso9660::long_names>();
  return std::make_unique<iso9660::names>(how.iso_level, how.file_systems.rock_ridge);
}

std::string readable(file_system fs, std::string_view identifier) {
  return fs == file_system::joliet ? base::to_utf8(joliet::from_bytes(identifier)) : std::string(identifier);
}

}  // namespace comeback::image
