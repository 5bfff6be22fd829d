#!/bin/bash -eu
# Builds every target of fuzz/CMakeLists.txt with what OSS-Fuzz gives: $CXX, $CXXFLAGS,
# $LIB_FUZZING_ENGINE. The shared libraries and the shipped data lie beside the programs.
cmake -G Ninja -B "$WORK/build" -DTILEWISE_FUZZ=ON -DTILEWISE_UNITY=ON -DTILEWISE_TESTS=OFF \
  -DTILEWISE_BENCH=OFF -DTILEWISE_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" -DCMAKE_INSTALL_PREFIX="$OUT"
cmake --build "$WORK/build" --target fuzz
mkdir -p "$OUT/lib"
for program in "$WORK"/build/fuzz/fuzz_*; do
  [[ -x $program && -f $program ]] || continue
  name=${program##*/fuzz_}
  cp "$program" "$OUT/"
  zip -jq "$OUT/fuzz_${name}_seed_corpus.zip" "fuzz/corpus/$name"/*
  ldd "$program" | awk '/=> \/(usr\/)?lib/ && !/lib(c|m|pthread|dl|rt)\.so/ {print $3}' |
    xargs -r cp -t "$OUT/lib"
  patchelf --set-rpath '$ORIGIN/lib' "$OUT/fuzz_$name"
done
mkdir -p "$OUT/share/tilewise"
cp -r configs "$OUT/share/tilewise/"
