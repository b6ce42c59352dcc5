// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "disk/source.hpp"
#include "tree/content_reader.hpp"
#include "udf/kept.hpp"
#include "udf/nodes.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace comeback::udf {

/// The blocks of a volume's nodes, made on demand: the file set's, which are ready, all others, and zeros up
/// to `blocks`. Safe for concurrent reads. Errors: those of `tree::content_reader::read`, for embedded files.
class node_source final : public disk::source {
 public:
  node_source(std::shared_ptr<const nodes> what, std::shared_ptr<const tree::file_tree> tree,
              std::vector<std::byte> file_set, disk::block_count blocks);
  ~node_source() override;
  [[nodiscard]] std::uint64_t size() const override { return disk::bytes_in(blocks_); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return "the UDF nodes"; }

 private:
  std::shared_ptr<const nodes> nodes_;
  std::shared_ptr<const tree::file_tree> tree_;
  std::vector<std::byte> file_set_;
  disk::block_count blocks_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<tree::content_reader>> idle_;  // one a concurrent read
};

/// What a later session adds to a metadata file: the allocation units `units` of the older one, in which ICBs
/// of directories and the file set lie that are written again, and zeros up to `blocks` behind all that is
/// new. Reads the older session. Errors: those of `node_source` and of that.
class unit_source final : public disk::source {
 public:
  unit_source(std::shared_ptr<const node_source> fresh, const nodes& what,
              std::shared_ptr<const older_volume> older, std::vector<std::uint64_t> units,
              disk::block_count blocks);
  [[nodiscard]] std::uint64_t size() const override { return disk::bytes_in(blocks_); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return "the UDF nodes"; }

 private:
  void make_old(std::uint64_t block, std::span<std::byte> into) const;
  void make_fresh(std::uint64_t first, std::span<std::byte> blocks) const;
  void read(std::uint64_t block, std::span<std::byte> into) const;

  std::shared_ptr<const node_source> fresh_;
  std::shared_ptr<const older_volume> older_;
  std::vector<std::uint64_t> units_;
  std::map<std::uint64_t, std::uint64_t> again_;  // block of the older file to that of `fresh`
  std::vector<std::uint64_t> taken_;              // blocks of `fresh` that go there, sorted
  disk::block_count blocks_;
};

/// The targets of symbolic links that do not fit into their ICBs.
class loose_source final : public disk::source {
 public:
  explicit loose_source(std::shared_ptr<const nodes> what) : nodes_(std::move(what)) {}
  [[nodiscard]] std::uint64_t size() const override { return nodes_->loose_blocks() * disk::block_size; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const override;
  [[nodiscard]] std::string name() const override { return "the UDF links"; }

 private:
  std::shared_ptr<const nodes> nodes_;
};

}  // namespace comeback::udf
