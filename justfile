# Short names. Each recipe is one line; the work is in host/xtask.

default: test

build:
    cargo xtask plugins && cargo build --bin stepwell

plugins:
    cargo xtask plugins

demo:
    cargo xtask demo

test:
    cargo xtask test

changed:
    cargo xtask test --changed

bench:
    cargo xtask bench
