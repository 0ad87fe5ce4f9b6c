"""A number on a tool's command line: how many of something."""
import argparse


def positive_number(text):
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 on")
    return int(text)
