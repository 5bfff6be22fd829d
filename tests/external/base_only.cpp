#include <iostream>

#include "base/file.hpp"

int main() { std::cout << tilewise::version() << '\n'; }
