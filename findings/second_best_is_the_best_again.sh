#!/usr/bin/env bash
# MeCab's next-best analysis gives the best one a second time.
#
# Packages: mecab-python3 1.0.10 with MeCab 0.996, ipadic 1.0.0 (PyPI); the newest on 2026-12-01.
#
# A name in Han has several readings, so whoever matches people asks MeCab for the n best analyses. With a Lattice,
# parse() gives the best one, and next() "the next". A good engineer writes: parse, use it, then next() while there is one.
# The first next() after parse() does not move on: it gives what parse() gave. So a loop that takes parse() and then two
# times next() has two analyses, not three, and one of them twice; and n-best of one (parse() alone) differs from what n
# calls of next() alone give. Counting how often a reading comes up, or taking "the first three", is wrong without notice.
#
# Seen, with three readings asked for, of 大輔:
#   parse, next, next: the first and the second are the same
#   next, next, next:  all three differ
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check setuptools==80.9.0 wheel==0.45.1
venv/bin/pip install --quiet --disable-pip-version-check --no-build-isolation mecab-python3==1.0.10 ipadic==1.0.0

cat >ask.py <<'PY'
import importlib.metadata, ipadic, MeCab

tagger = MeCab.Tagger(ipadic.MECAB_ARGS)
print("mecab", MeCab.VERSION, "mecab-python3", importlib.metadata.version("mecab-python3"))

def analyses(parse_counts):
    lattice = MeCab.Lattice()
    lattice.set_request_type(MeCab.MECAB_NBEST)
    lattice.set_sentence("大輔")
    tagger.parse(lattice)
    found = [lattice.toString()] if parse_counts else []
    while len(found) < 3 and lattice.next():
        found.append(lattice.toString())
    return found

first, second, third = analyses(True)
print("parse, next, next:", "first and second are the same" if first == second else "first and second differ",
      "and the third differs" if third != second else "and so is the third")
three = analyses(False)
print("next, next, next:", len(set(three)), "different")
PY
venv/bin/python ask.py | tee seen

diff seen - <<'SEEN' && echo "as described"
mecab 0.996 mecab-python3 1.0.10
parse, next, next: first and second are the same and the third differs
next, next, next: 3 different
SEEN
