// SPDX-License-Identifier: Apache-2.0
#include "verdicts.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace comeback::conformance {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> properties_of(const testing::TestResult& result) {
  std::map<std::string, std::string> out;
  for (int i = 0; i < result.test_property_count(); ++i)
    out[result.GetTestProperty(i).key()] = result.GetTestProperty(i).value();
  return out;
}

std::string reason_of(const testing::TestResult& result) {
  for (int i = 0; i < result.total_part_count(); ++i)
    if (result.GetTestPartResult(i).skipped()) return result.GetTestPartResult(i).message();
  return {};
}

// A file for each test, since tests run at the same time: lines of judge, kind, verdict, reason.
class recorder : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& test) override {
    const auto& result = *test.result();
    auto said = properties_of(result);
    if (!said.contains("judge")) return;
    std::string name = std::string(test.test_suite_name()) + "." + test.name();
    for (auto& c : name)
      if (c == '/') c = '_';
    fs::create_directories(COMEBACK_VERDICTS);
    std::ofstream(fs::path(COMEBACK_VERDICTS) / name)
        << said["judge"] << '\n'
        << said["kind"] << '\n'
        << (result.Failed()    ? "failed"
            : result.Skipped() ? "beyond"
                               : "passed")
        << '\n'
        << (result.Skipped() ? reason_of(result) : said["limit"]) << '\n';
  }
};

// Belongs to googletest from then on.
[[maybe_unused]] const bool listening = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new recorder);
  return true;
}();

}  // namespace

void judged_by(const std::string& judge, const std::string& kind, const std::string& limit) {
  testing::Test::RecordProperty("judge", judge);
  testing::Test::RecordProperty("kind", kind);
  testing::Test::RecordProperty("limit", limit);
}

std::string words_of(const image::options& how, bool dedupe, std::optional<image::append_way> appended) {
  std::vector<std::string> parts;
  if (how.file_systems.iso9660) parts.push_back(fmt::format("ISO 9660 level {}", how.iso_level));
  if (how.file_systems.joliet) parts.emplace_back(how.strict_joliet ? "strict Joliet" : "Joliet");
  if (how.file_systems.rock_ridge) parts.emplace_back("Rock Ridge");
  if (how.relocate) parts.emplace_back("deep folders moved");
  if (how.file_systems.udf)
    parts.push_back(
        fmt::format("UDF {} {}{}", udf::revision_text(how.udf.revision),
                    udf::name_of(how.udf.partition.value_or(udf::usual_partition(how.udf.revision))),
                    how.udf.mirror ? "" : " without mirror"));
  if (!how.appendable) parts.emplace_back("begins at block 0");
  if (appended) parts.emplace_back("second session");
  if (appended && *appended != image::append_way::exact) parts.emplace_back(image::name_of(*appended));
  if (dedupe) parts.emplace_back("equal files share an extent");
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace comeback::conformance
