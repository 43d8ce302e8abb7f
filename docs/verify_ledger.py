#!/usr/bin/env python3
"""Verifies an export of the operation ledger without Yumen.

    python3 verify_ledger.py DIRECTORY VKEY [VKEY ...]

DIRECTORY holds `checkpoint` and `tile/`. Each VKEY is a public key of the log, as
`name+id+Base64`, or the name of a file with one key a line. Every key has to have signed.

Needs Python 3.9 and the package `cryptography`; signatures by ML-DSA-44 need a version that has
them (tried: 48 and 50) and are NOT checked by an older one, which is said. Formats: docs/ledger.md and https://c2sp.org.

Ends with 0 if the log holds, with 1 if it does not, with 2 if not all of it was checked.
"""

import base64
import hashlib
import json
import os
import re
import struct
import sys

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:
    MLDSA44PublicKey = None


class Wrong(Exception):
    """The export does not hold."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def base64_strict(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Wrong(f"`{text[:20]}` is not canonical Base64")
    return data


def read(directory, path):
    try:
        with open(os.path.join(directory, path), "rb") as file:
            return file.read()
    except OSError as error:
        raise Wrong(f"{path}: {error.strerror}") from error


def decimal(text):
    if not re.fullmatch(r"0|[1-9][0-9]*", text):
        raise Wrong(f"`{text}` is not a decimal number")
    return int(text)


class Key:
    """A public key: C2SP signed-note, "Verifier keys"."""

    def __init__(self, vkey):
        self.name, self.id, key = vkey.split("+", 2)
        typed = base64_strict(key)
        self.type, self.public = typed[0], typed[1:]
        expected = sha256(self.name.encode(), b"\n", typed)[:4].hex()
        if self.id != expected:
            raise Wrong(f"the id of `{self.name}` is `{self.id}`, expected `{expected}`")

    def check(self, signature, text, origin, size, root):
        """False if it cannot be checked here; raises if it is wrong."""
        time, message = None, text.encode()
        if self.type in (0x04, 0x06):
            (time,) = struct.unpack(">Q", signature[:8])
            signature = signature[8:]
        if self.type == 0x04:
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
        if self.type == 0x06:
            name, log = self.name.encode(), origin.encode()
            message = b"subtree/v1\n\0"
            message += struct.pack(">B", len(name)) + name + struct.pack(">Q", time)
            message += struct.pack(">B", len(log)) + log + struct.pack(">QQ", 0, size) + root
            if MLDSA44PublicKey is None:
                return False
            try:
                key = MLDSA44PublicKey.from_public_bytes(self.public)
            except UnsupportedAlgorithm:
                return False
        elif self.type in (0x01, 0x04):
            key = Ed25519PublicKey.from_public_bytes(self.public)
        else:
            raise Wrong(f"keys of type 0x{self.type:02x} are not known")
        try:
            key.verify(signature, message)
        except InvalidSignature as error:
            raise Wrong(f"checkpoint: the signature of `{self.name}+{self.id}` is wrong") from error
        return True


def parse_checkpoint(note):
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    fields = text.split("\n")
    if len(fields) != 4 or not lines.endswith("\n"):
        raise Wrong("checkpoint: not exactly origin, size and root, then signatures")
    signatures = []
    for line in lines[:-1].split("\n"):
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if match is None:
            raise Wrong("checkpoint: a line is no signature")
        data = base64_strict(match[2])
        signatures.append((match[1], data[:4].hex(), data[4:]))
    return text, fields[0], decimal(fields[1]), base64_strict(fields[2]), signatures


def check_signatures(note, keys):
    text, origin, size, root, signatures = parse_checkpoint(note)
    unchecked = []
    for key in keys:
        if key.name != origin:
            raise Wrong(f"the key of `{key.name}` is not of the log `{origin}`")
        lines = [bytes_ for name, id_, bytes_ in signatures if (name, id_) == (key.name, key.id)]
        if not lines:
            raise Wrong(f"checkpoint: `{key.name}+{key.id}` has not signed")
        for line in lines:
            if not key.check(line, text, origin, size, root):
                unchecked.append(key)
    return origin, size, root, unchecked


def bundle_path(index, width):
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/entries/{path}" + (f".p/{width}" if width < 256 else "")


def entries(directory, size):
    """The entries: C2SP tlog-tiles, "Log entries"."""
    for first in range(0, size, 256):
        width = min(256, size - first)
        path = bundle_path(first // 256, width)
        data, at = read(directory, path), 0
        for _ in range(width):
            if len(data) < at + 2:
                raise Wrong(f"{path}: ends early")
            (length,) = struct.unpack(">H", data[at : at + 2])
            entry = data[at + 2 : at + 2 + length]
            if len(entry) < length:
                raise Wrong(f"{path}: ends early")
            at += 2 + length
            yield entry
        if at != len(data):
            raise Wrong(f"{path}: goes on behind its last entry")


def root_of(directory, size):
    """The root of the tree (RFC 6962 section 2.1), the last entry, and times that go back."""
    peaks, count, last, time = [], 0, None, 0
    for entry in entries(directory, size):
        node = sha256(b"\0", entry)
        ones = count
        while ones & 1:
            node = sha256(b"\1", peaks.pop(), node)
            ones >>= 1
        peaks.append(node)
        last = json.loads(entry)
        if last["at"] < time:
            raise Wrong(f"entry {count}: its time is before that of the entry before it")
        time, count = last["at"], count + 1
    if not peaks:
        return sha256(b""), last
    root = peaks.pop()
    while peaks:
        root = sha256(b"\1", peaks.pop(), root)
    return root, last


def main(directory, vkeys):
    keys = []
    for vkey in vkeys:
        if os.path.exists(vkey):
            with open(vkey, encoding="utf-8") as file:
                keys += [Key(line) for line in file.read().split()]
        else:
            keys.append(Key(vkey))
    note = read(directory, "checkpoint").decode("utf-8")
    origin, size, root, unchecked = check_signatures(note, keys)
    computed, last = root_of(directory, size)
    if computed != root:
        raise Wrong(
            f"the entries have the root {base64.b64encode(computed).decode()}, "
            f"but {base64.b64encode(root).decode()} was signed"
        )
    print(f"{origin}: {size} entries, root {base64.b64encode(root).decode()}")
    print("last entry: " + json.dumps(last, ensure_ascii=False))
    for key in unchecked:
        print(
            f"NOT CHECKED: the ML-DSA-44 signature of `{key.name}+{key.id}`; "
            "it needs a newer package cryptography (50 has it)"
        )
    return 2 if unchecked else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except (Wrong, ValueError, KeyError, TypeError, struct.error) as error:
        print(f"does not hold: {error}")
        sys.exit(1)
