#!/usr/bin/env bash
# One telephone number, two releases of the same library, opposite answers.
#
# Packages: phonenumbers (the Python form of libphonenumber, with the same metadata) 8.12.57 and 9.0.43, from PyPI.
#
# A good engineer stores what the library calls valid and expects that an upgrade only learns new numbers. It also unlearns old
# ones. Benin put 01 before every number at the end of November 2024:
#   - 8.12.57 calls the old form (+229 97 ...) valid and today's form (+229 01 97 ...) impossible;
#   - 9.0.43 calls today's form valid and the old form impossible.
# Both are E.164 texts of the same telephone, and no release gives them one form. Mexico is another kind: +52 1 55 ... (the
# way to write a mobile number until 2019) is read by 8.12.57, which drops the 1; 9.0.43 keeps the 1 and calls it impossible.
# So a database of normalised numbers holds people twice after an upgrade, whichever way round it is done.
#
# Seen (possible, valid, E.164):
#   8.12.57  +229 97 12 34 56     True True +22997123456       9.0.43  False False +22997123456
#   8.12.57  +229 01 97 12 34 56  False False +2290197123456   9.0.43  True True +2290197123456
#   8.12.57  +52 1 55 1234 5678   True True +525512345678      9.0.43  False False +5215512345678
#   8.12.57  +52 55 1234 5678     True True +525512345678      9.0.43  True True +525512345678
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/ask.py" <<'PY'
import phonenumbers as p

print(p.__version__)
for text in ["+229 97 12 34 56", "+229 01 97 12 34 56", "+52 1 55 1234 5678", "+52 55 1234 5678"]:
    number = p.parse(text)
    print(text, p.is_possible_number(number), p.is_valid_number(number), p.format_number(number, p.PhoneNumberFormat.E164))
PY
for release in 8.12.57 9.0.43; do
  python3 -m venv "$work/$release"
  "$work/$release/bin/pip" install --quiet --disable-pip-version-check "phonenumbers==$release"
  "$work/$release/bin/python" "$work/ask.py"
done | tee "$work/seen"

diff "$work/seen" - <<'SEEN' && echo "as described"
8.12.57
+229 97 12 34 56 True True +22997123456
+229 01 97 12 34 56 False False +2290197123456
+52 1 55 1234 5678 True True +525512345678
+52 55 1234 5678 True True +525512345678
9.0.43
+229 97 12 34 56 False False +22997123456
+229 01 97 12 34 56 True True +2290197123456
+52 1 55 1234 5678 False False +5215512345678
+52 55 1234 5678 True True +525512345678
SEEN
