import csv
import hashlib
import json
import sys


def entries(path):
    """number, kind, conversation, at_ms, detail, before, hash"""
    with open(path, encoding="utf-8-sig", newline="") as file:
        begins = file.read(1)
        file.seek(0)
        if begins == "{":
            for line in file:
                e = json.loads(line)
                yield (e["number"], e["kind"], e["conversation"], e["at_ms"], e["detail"], e["before"], e["hash"])
        else:
            csv.field_size_limit(2**31 - 1)
            table = csv.reader(file)
            next(table)
            for row in table:
                kind, conversation, at_ms, detail, before, found = row[-6:]
                # A leading ' was put before what a spreadsheet would take for a formula.
                kind, detail = (text[1:] if text.startswith("'") else text for text in (kind, detail))
                yield (int(row[0]), kind, int(conversation or 0), int(at_ms), detail, before, found)


def link(number, kind, conversation, at_ms, detail, before):
    made = hashlib.sha256(bytes.fromhex(before))
    for value in (number, at_ms, conversation or 0):
        made.update(value.to_bytes(8, "big", signed=True))
    for text in (kind.encode(), detail.encode()):
        made.update(len(text).to_bytes(8, "big"))
        made.update(text)
    return made.hexdigest()


def check(path):
    count, gaps, last = 0, 0, None
    for number, kind, conversation, at_ms, detail, before, found in entries(path):
        if link(number, kind, conversation, at_ms, detail, before) != found:
            return f"BROKEN: entry {number} is not what was written"
        if last is not None and number == last[0] + 1:
            if before != last[1]:
                return f"BROKEN: entry {number} does not follow from entry {last[0]}"
        elif number != 1:
            gaps += 1
        count, last = count + 1, (number, found)
    return f"OK: {count} entries, {gaps} gaps" + ("" if last is None else f", the last is {last[0]} {last[1]}")


if __name__ == "__main__":
    said = check(sys.argv[1])
    print(said)
    sys.exit(said.startswith("BROKEN"))
