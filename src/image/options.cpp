// SPDX-License-Identifier: Apache-2.0
#include "image/options.hpp"

namespace comeback::image {

std::string_view name_of(append_way way) noexcept {
  switch (way) {
    case append_way::exact:
      return "exact";
    case append_way::relinked:
      return "relinked";
    case append_way::compact:
      return "compact";
  }
  return "";
}

std::string_view name_of(file_system fs) noexcept {
  switch (fs) {
    case file_system::iso9660:
      return "iso9660";
    case file_system::joliet:
      return "joliet";
    case file_system::rock_ridge:
      return "rockridge";
    case file_system::enhanced:
      return "iso9660-1999";
    case file_system::udf:
      return "udf";
  }
  return "";
}

}  // namespace comeback::image
