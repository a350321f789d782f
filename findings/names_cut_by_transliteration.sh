#!/usr/bin/env bash
# ICU's usual chain from any script to ASCII cuts names in two, and reads Greek as of old.
#
# Packages: PyICU 2.17 (PyPI), the newest on 2026-12-01, built on the ICU that is installed (seen with ICU 72.1 of Debian 12,
# whose package libicu-dev must be there).
#
# "Any-Latin; Latin-ASCII; Lower" is the chain that everybody gives for comparing names of all scripts: what comes out is
# letters, and words are told apart at what is no letter. It is not so:
#   - Aspirated consonants of Armenian and Georgian, and the Japanese syllabic n before a vowel, become a letter and an
#     apostrophe. Split at what is no letter, one family name is two words: "p" and "asinyan".
#   - Modern Greek is read as classical Greek: Alexis (Αλέξης) is "alexes", Bakogianni (Μπακογιάννη) is "mpakogianne". ICU
#     has the reading that passports use, under another name ("Greek-Latin/UNGEGN"), and Any-Latin does not take it.
# Nothing fails; such people are just never found again by the words of their names.
#
# Seen: the lines at the end.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check PyICU==2.17

cat >ask.py <<'PY'
import re
import icu

usual = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII; Lower")
modern = icu.Transliterator.createInstance("Greek-Latin/UNGEGN; Latin-ASCII; Lower")
print("PyICU", icu.VERSION, "ICU", icu.ICU_VERSION)
for name in ["Փաշինյան", "სააკაშვილი", "ჭავჭავაძე", "シンイチ"]:
    print(name, re.findall("[a-z]+", usual.transliterate(name)))
for name in ["Αλέξης", "Μπακογιάννη"]:
    print(name, usual.transliterate(name), modern.transliterate(name))
PY
venv/bin/python ask.py | tee seen

diff seen - <<'SEEN' && echo "as described"
PyICU 2.17 ICU 72.1
Փաշինյան ['p', 'asinyan']
სააკაშვილი ['saak', 'ashvili']
ჭავჭავაძე ['ch', 'avch', 'avadze']
シンイチ ['shin', 'ichi']
Αλέξης alexes alexis
Μπακογιάννη mpakogianne bakogianni
SEEN
