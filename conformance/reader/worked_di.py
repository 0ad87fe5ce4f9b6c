#!/usr/bin/python3
"""worked_di.py FOLDER: writes the example records of section 8 as di.hex and as di.json, the numbers of their DI types as
di.types, and prints how many they are."""
import json
import os
import sys

from test_reader import record_examples


def main():
    texts = [octets.hex() for octets, _ in record_examples()]
    with open(os.path.join(sys.argv[1], "di.json"), "w", encoding="ascii") as file:
        json.dump(texts, file)
    with open(os.path.join(sys.argv[1], "di.hex"), "w", encoding="ascii") as file:
        file.write("\n".join(texts) + "\n")
    with open(os.path.join(sys.argv[1], "di.types"), "w", encoding="ascii") as file:
        file.write(",".join(str(int(text[:4], 16) - 0x200) for text in texts) + "\n")
    print(len(texts))


if __name__ == "__main__":
    main()
