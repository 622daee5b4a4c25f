"""The text of a PDF file as Chromium writes it: enough of the format to read it back.

What belongs here: objects, streams and glyphs of files by Skia (plain objects, Flate streams,
fonts of two bytes a glyph with their ToUnicode table). What does not: PDF in general.
"""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")


def text_of(content: bytes) -> str:
    """All text, in the order in which it is drawn, without blanks."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    fonts = _fonts(objects)
    text = ""
    for body in objects.values():
        if b"/Type /Page\n" in body or re.search(rb"/Type\s*/Page\b", body):
            used = dict(re.findall(rb"/(F\d+) (\d+) 0 R", _resources(body, objects)))
            for number in re.findall(rb"(\d+) 0 R", re.search(rb"/Contents ([^/>]+)", body)[1]):
                text += _drawn(_inflated(objects[int(number)]), used, fonts)
    return re.sub(r"\s", "", text)


def _resources(body: bytes, objects: dict[int, bytes]) -> bytes:
    found = re.search(rb"/Resources (\d+) 0 R", body)
    return objects[int(found[1])] if found else body


def _inflated(body: bytes) -> bytes:
    data = _STREAM.search(body)[1]
    return zlib.decompressobj().decompress(data) if b"/FlateDecode" in body else data


def _fonts(objects: dict[int, bytes]) -> dict[int, dict[int, str]]:
    """What each glyph of each font means."""
    fonts = {}
    for number, body in objects.items():
        table = re.search(rb"/ToUnicode (\d+) 0 R", body)
        if table:
            fonts[number] = _glyphs(_inflated(objects[int(table[1])]).decode("ascii"))
    return fonts


def _glyphs(table: str) -> dict[int, str]:
    glyphs = {}
    for block in re.findall(r"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        for glyph, meant in re.findall(r"<(\w+)> <(\w+)>", block):
            glyphs[int(glyph, 16)] = bytes.fromhex(meant).decode("utf-16-be")
    for block in re.findall(r"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for first, last, meant in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", block):
            for glyph in range(int(first, 16), int(last, 16) + 1):
                glyphs[glyph] = chr(int(meant, 16) + glyph - int(first, 16))
    return glyphs


def _drawn(stream: bytes, used: dict[bytes, bytes], fonts: dict[int, dict[int, str]]) -> str:
    text, glyphs = "", {}
    for font, shown in _SHOWN.findall(stream):
        if font:
            glyphs = fonts.get(int(used.get(font, b"-1")), {})
        else:
            codes = [int(shown[k : k + 4], 16) for k in range(0, len(shown), 4)]
            text += "".join(glyphs.get(code, "\ufffd") for code in codes)
    return text
