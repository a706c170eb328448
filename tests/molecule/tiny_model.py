#!/usr/bin/env python3
"""Usage: tiny_model.py <file>

Writes a language model in the GGUF format that any llama.cpp loads: 2.7 MB, llama architecture, one layer, always the same
bytes. To every chat it answers " Hello from the tiny test model."; it continues "ping" with " pong".

A token is its own direction of the embedding, attention and feed-forward add nothing, and the output matrix says which
token follows which. So it shows that a server serves; nothing of quality, speed or memory follows from it.
"""

import array
import struct
import sys

SIZE = 320  # tokens, and as many directions
HEADS = 5
HIDDEN = 64
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
BLANK = "\u2581"
ALIGNMENT = 32


class Vocabulary:
    def __init__(self):
        self.texts, self.kinds, self.follower = [], [], {}
        self.unknown, self.begin, self.end = self.add("<unk>", UNKNOWN), self.add("<s>", CONTROL), self.add("</s>", CONTROL)
        for byte in range(256):
            self.add(f"<0x{byte:02X}>", BYTE)

    def add(self, text, kind=NORMAL):
        self.texts.append(text)
        self.kinds.append(kind)
        return len(self.texts) - 1

    def say(self, after, words):
        """Has words follow a token, each of them once, and then the end."""
        for word in words:
            self.follower[after] = self.add(word)
            after = self.follower[after]

    def fill(self):
        while len(self.texts) < SIZE:
            self.add(f"<unused{len(self.texts)}>", UNUSED)


def matrix(rows, columns, ones=()):
    values = array.array("f", bytes(4 * rows * columns))
    for row, column in ones:
        values[row * columns + column] = 1.0
    return (columns, rows), values


def vector():
    return (SIZE,), array.array("f", [1.0]) * SIZE


def tensors(vocabulary):
    same = [(i, i) for i in range(SIZE)]
    next_token = [(vocabulary.follower.get(i, vocabulary.end), i) for i in range(SIZE)]
    yield "token_embd.weight", matrix(SIZE, SIZE, same)
    yield "output_norm.weight", vector()
    yield "output.weight", matrix(SIZE, SIZE, next_token)
    yield "blk.0.attn_norm.weight", vector()
    yield "blk.0.ffn_norm.weight", vector()
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        yield f"blk.0.{name}.weight", matrix(SIZE, SIZE)
    yield "blk.0.ffn_gate.weight", matrix(HIDDEN, SIZE)
    yield "blk.0.ffn_up.weight", matrix(HIDDEN, SIZE)
    yield "blk.0.ffn_down.weight", matrix(SIZE, HIDDEN)


# The types of the format.
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
PACKED = {UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def plain(kind, value):
    return text(value) if kind == STRING else struct.pack(PACKED[kind], value)


def entry(key, kind, value):
    return text(key) + struct.pack("<I", kind) + plain(kind, value)


def entries(key, kind, values):
    return text(key) + struct.pack("<IIQ", ARRAY, kind, len(values)) + b"".join(plain(kind, v) for v in values)


def metadata(vocabulary):
    yield entry("general.architecture", STRING, "llama")
    yield entry("general.name", STRING, "tiny test model")
    yield entry("general.file_type", UINT32, 0)
    sizes = {
        "context_length": 512,
        "embedding_length": SIZE,
        "block_count": 1,
        "feed_forward_length": HIDDEN,
        "attention.head_count": HEADS,
        "attention.head_count_kv": HEADS,
        "rope.dimension_count": SIZE // HEADS,
        "vocab_size": SIZE,
    }
    for key, size in sizes.items():
        yield entry(f"llama.{key}", UINT32, size)
    yield entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5)
    yield entry("tokenizer.ggml.model", STRING, "llama")
    yield entries("tokenizer.ggml.tokens", STRING, vocabulary.texts)
    yield entries("tokenizer.ggml.scores", FLOAT32, [0.0] * SIZE)
    yield entries("tokenizer.ggml.token_type", INT32, vocabulary.kinds)
    for key in ("unknown", "bos", "eos"):
        token = {"unknown": vocabulary.unknown, "bos": vocabulary.begin, "eos": vocabulary.end}[key]
        yield entry(f"tokenizer.ggml.{key}_token_id", UINT32, token)
    yield entry("tokenizer.ggml.add_bos_token", BOOL, True)
    yield entry("tokenizer.ggml.add_space_prefix", BOOL, False)
    yield entry("tokenizer.chat_template", STRING,
                "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}<|assistant|>")


def aligned(data):
    return data + bytes(-len(data) % ALIGNMENT)


def model():
    vocabulary = Vocabulary()
    for role in ("system", "user"):
        vocabulary.add(f"<|{role}|>", CONTROL)
    answer = [BLANK + word for word in "Hello from the tiny test model".split()]
    vocabulary.say(vocabulary.add("<|assistant|>", CONTROL), [*answer, "."])
    vocabulary.say(vocabulary.add("ping", USER_DEFINED), [BLANK + "pong"])
    vocabulary.fill()

    names, values, count, pairs = b"", b"", 0, list(metadata(vocabulary))
    for name, (shape, numbers) in tensors(vocabulary):
        if sys.byteorder == "big":
            numbers.byteswap()
        names += text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", 0, len(values))
        values += aligned(numbers.tobytes())
        count += 1
    return aligned(b"GGUF" + struct.pack("<IQQ", 3, count, len(pairs)) + b"".join(pairs) + names) + values


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(model())
