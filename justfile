# Every recipe is one line: what it does is in host/xtask.

default: test

build:
    cargo xtask plugins && cargo build

plugins:
    cargo xtask plugins

demo:
    cargo xtask demo

test:
    cargo xtask test

bench:
    cargo xtask bench
