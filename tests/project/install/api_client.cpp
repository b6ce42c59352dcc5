// SPDX-License-Identifier: Apache-2.0
// A client of the installed C++ API: api_client FOLDER IMAGE
#include <comeback/image/create.hpp>
#include <comeback/tree/add_tree.hpp>

int main(int, char** argv) {
  comeback::tree::file_tree tree;
  comeback::tree::add_tree(tree, comeback::tree::root, argv[1]);
  comeback::image::options how;
  how.volume_name = "API";
  comeback::image::create_image(comeback::image::plan(std::move(tree), how), argv[2]);
}
