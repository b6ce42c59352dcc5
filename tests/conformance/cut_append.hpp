// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "corpus.hpp"
#include "image/options.hpp"

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <random>
#include <string>
#include <vector>

namespace comeback::conformance {

/// A kind of image whose append is cut.
struct cut_kind {
  std::string title;
  image::options how;
};
void PrintTo(const cut_kind& k, std::ostream* out);
[[nodiscard]] const std::vector<cut_kind>& cut_kinds();

/// What a cut leaves.
struct cut_image {
  std::string title;  ///< "cut 7 of 12, some lost"
  std::vector<std::byte> bytes;
};

/// An append that is cut: after a write, in the order of writes; and so that of those that were not waited
/// for, some are lost. Names are such that every file system has them as they are.
class cut_append {
 public:
  explicit cut_append(const image::options& how);

  /// What the old session holds, and the new one.
  [[nodiscard]] const listing& before() const { return before_; }
  [[nodiscard]] const listing& after() const { return after_; }
  /// All cuts around syncs and while the blocks at the beginning are changed, every third one among the rest;
  /// each in order and with `losses` others.
  [[nodiscard]] std::vector<cut_image> cuts(int losses) const;

 private:
  struct written {
    std::size_t at;  // byte
    std::vector<std::byte> bytes;
    unsigned epoch;  // how many syncs came before it
  };
  [[nodiscard]] bool counts(std::size_t cut) const;
  [[nodiscard]] std::vector<bool> lost(std::size_t cut, std::mt19937& random) const;
  [[nodiscard]] std::vector<std::byte> left_by(std::size_t cut, const std::vector<bool>& lost) const;

  listing before_, after_;
  std::vector<std::byte> old_;
  std::vector<written> writes_;
};

/// Two sessions of UDF with a virtual allocation table on a DVD-R, in a file; and the same when the second
/// one was cut in front of its last block.
class written_once {
 public:
  written_once(image::options how, std::filesystem::path path);

  [[nodiscard]] const listing& before() const { return before_; }
  [[nodiscard]] const listing& after() const { return after_; }
  [[nodiscard]] const std::filesystem::path& whole() const { return path_; }
  /// Where the second session begins.
  [[nodiscard]] disk::lba second() const { return second_; }
  [[nodiscard]] const std::filesystem::path& cut() const { return cut_; }
  /// What the next append by us does first with the one that was cut.
  [[nodiscard]] bool complete() const;

 private:
  listing before_, after_;
  std::filesystem::path path_, cut_;
  disk::lba second_;
};

/// The image when the next append by us begins; false: there was nothing to complete.
[[nodiscard]] bool complete(std::vector<std::byte>& image);

}  // namespace comeback::conformance
