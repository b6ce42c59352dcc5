// SPDX-License-Identifier: Apache-2.0
#include "cut_append.hpp"

#include "image/append.hpp"
#include "image/import.hpp"
#include "image/open.hpp"
#include "image/plan.hpp"
#include "image/stream.hpp"
#include "image/test_medium.hpp"
#include "optical/image_medium.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>
#include <utility>

namespace comeback::conformance {
namespace {

using image::testing::memory_medium;

constexpr base::timestamp then{1'600'000'000, 0};

std::string text(std::size_t size, unsigned seed) {
  std::string out(size, '\0');
  for (auto& c : out) c = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
  return out;
}

void put(tree::file_tree& t, const std::string& path, const std::string& content) {
  const auto slash = path.rfind('/');
  const auto above =
      slash == std::string::npos ? tree::root : t.find_path("/" + path.substr(0, slash)).value();
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  t.add_file(above, name, tree::memory_content(content), then);
}

tree::file_tree tree_of(const listing& all) {
  tree::file_tree t;
  for (const auto& [path, content] : all) {
    if (!path.ends_with('/')) {
      put(t, path, content);
      continue;
    }
    const auto whole = "/" + path.substr(0, path.size() - 1);
    const auto slash = whole.rfind('/');
    t.add_directory(t.find_path(whole.substr(0, slash)).value(), whole.substr(slash + 1), then);
  }
  return t;
}

std::vector<std::byte> bytes_of(const image::layout& plan) {
  const image::stream s(std::make_shared<const image::layout>(plan));
  std::vector<std::byte> out(static_cast<std::size_t>(s.size()));
  s.read_at(0, out);
  return out;
}

listing first_listing() {
  return {{"DOCS/", ""},
          {"DOCS/DEEP/", ""},
          {"DOCS/DEEP/BOTTOM.BIN", text(5000, 1)},
          {"DOCS/EMPTY", ""},
          {"DOCS/SMALL", "a few bytes"},
          {"FOLDER/", ""},
          {"SECOND", text(6000, 2)}};
}

listing second_listing() {
  auto out = first_listing();
  out.erase("SECOND");
  out["DOCS/SMALL"] = "other bytes";
  out["DOCS/ADDED"] = text(3000, 3);
  out["BIG"] = text(1'500'000, 4);
  return out;
}

// The new session: everything that differs from the old one.
void append(optical::medium& medium, const listing& before, const listing& after) {
  const auto on = image::look_at(medium);
  const auto old =
      std::make_shared<const image::opened_image>(image::open_session(on.bytes, on.sessions.back()));
  auto t = image::import_tree(old, old->best());
  for (const auto& [path, content] : before)
    if (const auto now = after.find(path); now == after.end() || now->second != content)
      t.remove(t.find_path("/" + path).value());
  for (const auto& [path, content] : after)
    if (const auto was = before.find(path); was == before.end() || was->second != content)
      put(t, path, content);
  auto how = image::next_session(on, *old);
  how.created = then;
  image::append_session(medium, image::plan(std::move(t), how));
}

}  // namespace

void PrintTo(const cut_kind& k, std::ostream* out) { *out << k.title; }

const std::vector<cut_kind>& cut_kinds() {
  static const auto all = [] {
    const auto kind = [](std::string title, image::file_system_set systems, std::uint16_t revision) {
      cut_kind k{std::move(title), {}};
      k.how.file_systems = systems;
      k.how.udf.revision = revision;
      k.how.volume_name = "CUT";
      k.how.created = then;
      return k;
    };
    return std::vector<cut_kind>{kind("iso9660_joliet_rock_ridge", {true, true, true, false}, 0x0201),
                                 kind("bridge_udf_2_01", {true, true, true, true}, 0x0201),
                                 kind("udf_1_02", {false, false, false, true}, 0x0102),
                                 kind("udf_2_50", {false, false, false, true}, 0x0250)};
  }();
  return all;
}

cut_append::cut_append(const image::options& how) : before_(first_listing()), after_(second_listing()) {
  old_ = bytes_of(image::plan(tree_of(before_), how));
  memory_medium medium(old_);
  append(medium, before_, after_);
  for (const auto& one : medium.writes())
    writes_.push_back({static_cast<std::size_t>(disk::offset_of(one.at)), one.bytes, one.epoch});
}

bool cut_append::counts(std::size_t cut) const {
  if (cut == 0 || cut == writes_.size() || cut % 3 == 0) return true;
  const bool at_sync = writes_[cut - 1].epoch != writes_[cut].epoch;
  const auto repoints = [&](const written& one) { return one.at < old_.size(); };
  return at_sync || repoints(writes_[cut - 1]) || repoints(writes_[cut]);
}

std::vector<bool> cut_append::lost(std::size_t cut, std::mt19937& random) const {
  std::vector<bool> out(writes_.size());
  for (std::size_t i = 0; i < cut; ++i)
    out[i] = writes_[i].epoch == writes_[cut - 1].epoch && random() % 2 == 0;
  return out;
}

std::vector<std::byte> cut_append::left_by(std::size_t cut, const std::vector<bool>& lost) const {
  auto out = old_;
  for (std::size_t i = 0; i < cut; ++i) {
    if (lost[i]) continue;
    out.resize(std::max(out.size(), writes_[i].at + writes_[i].bytes.size()));
    std::ranges::copy(writes_[i].bytes, out.begin() + static_cast<std::ptrdiff_t>(writes_[i].at));
  }
  return out;
}

std::vector<cut_image> cut_append::cuts(int losses) const {
  std::vector<cut_image> out;
  std::mt19937 random(1);
  for (std::size_t cut = 0; cut <= writes_.size(); ++cut) {
    if (!counts(cut)) continue;
    const auto title = "cut " + std::to_string(cut) + " of " + std::to_string(writes_.size());
    std::set<std::vector<bool>> known{std::vector<bool>(writes_.size())};
    out.push_back({title, left_by(cut, *known.begin())});
    for (int i = 0; i < losses; ++i)
      if (const auto [without, fresh] = known.insert(lost(cut, random)); fresh)
        out.push_back({title + ", some lost", left_by(cut, *without)});
  }
  return out;
}

written_once::written_once(image::options how, std::filesystem::path path)
    : before_(first_listing()),
      after_(second_listing()),
      path_(std::move(path)),
      cut_(path_.native() + ".cut") {
  how.file_systems = {false, false, false, true};
  how.created = then;
  const auto medium = optical::create_image_medium(path_, optical::media_type::dvd_minus_r);
  medium->write({}, bytes_of(image::plan(tree_of(before_), how)));
  medium->close_session(false);
  std::filesystem::copy_file(optical::record_path(path_), optical::record_path(cut_));
  second_ = medium->next_writable();
  append(*medium, before_, after_);
  std::filesystem::copy_file(path_, cut_);
  std::filesystem::resize_file(cut_, std::filesystem::file_size(cut_) - disk::block_size);
}

bool written_once::complete() const {
  return image::finish_append(*optical::open_image_medium(cut_, optical::access::writing));
}

bool complete(std::vector<std::byte>& image) {
  memory_medium medium(std::move(image));
  const bool done = image::finish_append(medium);
  image = medium.now();
  return done;
}

}  // namespace comeback::conformance
