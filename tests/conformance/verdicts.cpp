// SPDX-License-Identifier: Apache-2.0
#include "verdicts.hpp"

#include <filesystem>
#include <fstream>
#include <map>

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

}  // namespace comeback::conformance
