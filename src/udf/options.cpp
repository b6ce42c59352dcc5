// SPDX-License-Identifier: Apache-2.0
#include "udf/options.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace comeback::udf {
namespace {

constexpr std::array<std::uint16_t, 6> revisions{0x0102, 0x0150, 0x0200, 0x0201, 0x0250, 0x0260};

bool exists(std::uint16_t revision, partition_type partition) {
  switch (partition) {
    case partition_type::plain:
      return revision <= 0x0201;  // a read-only volume of 2.50 needs its metadata partition
    case partition_type::metadata:
      return revision >= 0x0250;
    case partition_type::vat:
    case partition_type::sparable:
      return revision >= 0x0150;
  }
  return false;
}

[[noreturn]] void refuse(std::string message) {
  throw base::error(base::errc::invalid_parameter, std::move(message));
}

}  // namespace

std::string_view name_of(partition_type kind) noexcept {
  switch (kind) {
    case partition_type::plain:
      return "plain";
    case partition_type::vat:
      return "vat";
    case partition_type::sparable:
      return "sparable";
    case partition_type::metadata:
      return "metadata";
  }
  return "";
}

std::string revision_text(std::uint16_t revision) {
  return fmt::format("{:x}.{:02x}", revision >> 8, revision & 0xFF);
}

partition_type usual_partition(std::uint16_t revision) noexcept {
  return revision >= 0x0250 ? partition_type::metadata : partition_type::plain;
}

void check(const volume_options& how) {
  const auto revision = revision_text(how.revision);
  if (std::ranges::find(revisions, how.revision) == revisions.end())
    refuse("There is no UDF revision " + revision + " here: use 1.02, 1.50, 2.00, 2.01, 2.50 or 2.60.");
  if (!exists(how.revision, how.partition))
    refuse(
        fmt::format("UDF {} has no {} partition: plain is for 1.02 to 2.01, metadata for 2.50 and 2.60, vat "
                    "and sparable for 1.50 and later.",
                    revision, name_of(how.partition)));
  if (how.ecc_blocks != 16 && how.ecc_blocks != 32)
    refuse(fmt::format("A UDF volume cannot be laid out for {} blocks an ECC block: use 16 or 32.",
                       how.ecc_blocks));
}

}  // namespace comeback::udf
