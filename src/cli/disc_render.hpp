// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/sources.hpp"
#include "image/compare.hpp"
#include "image/dedupe.hpp"
#include "image/extract.hpp"
#include "image/name_list.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "image/sessions.hpp"
#include "image/verify.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace comeback::cli {

/// What the disc verbs print: for people, or as JSON. Texts end with a line feed.

/// `shared`: what was found equal, where that was looked for.
[[nodiscard]] std::string created_text(const std::string& image, const image::layout& plan,
                                       const std::optional<image::equal_contents>& shared = {});
[[nodiscard]] std::string created_json(const std::string& image, const image::layout& plan,
                                       const gathered& from,
                                       const std::optional<image::equal_contents>& shared = {});

/// A session that was written, `number` of the image.
[[nodiscard]] std::string appended_text(const std::string& image, unsigned number, const image::layout& plan,
                                        image::append_way way);
[[nodiscard]] std::string appended_json(const std::string& image, unsigned number, const image::layout& plan,
                                        image::append_way way, const gathered& from);

struct session_row {
  image::session where;
  std::vector<image::volume_info> volumes;
  std::string fault;  ///< why nothing of it can be read
};
[[nodiscard]] std::string sessions_text(const std::vector<session_row>& rows);
[[nodiscard]] std::string sessions_json(const std::vector<session_row>& rows);

[[nodiscard]] std::string differences_text(const std::vector<image::difference>& found);
[[nodiscard]] std::string differences_json(const std::vector<image::difference>& found);

[[nodiscard]] std::string info_text(const image::opened_image& image);
[[nodiscard]] std::string info_json(const image::opened_image& image);

/// Items whose names differ, and how.
[[nodiscard]] std::string names_text(const std::vector<image::changed_name>& names);
[[nodiscard]] std::string names_json(const std::vector<image::changed_name>& names);

[[nodiscard]] std::string extracted_text(const image::extract_result& result);
/// What could not be extracted, for standard error; empty where everything was.
[[nodiscard]] std::string failures_text(const image::extract_result& result);
[[nodiscard]] std::string extracted_json(const image::extract_result& result);

/// The structure; where the image carries checksums, these; where sources were given, the comparison.
struct verify_result {
  image::verification structure;
  std::optional<image::verification> checksums, contents;
  [[nodiscard]] bool sound() const {
    return structure.sound() && (!checksums || checksums->sound()) && (!contents || contents->sound());
  }
};
[[nodiscard]] std::string verify_text(const std::string& image, const verify_result& v);
[[nodiscard]] std::string verify_json(const std::string& image, const verify_result& v);

}  // namespace comeback::cli
