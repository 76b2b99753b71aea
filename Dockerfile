# syntax=docker/dockerfile:1

# docker build --tag fargcheck .                            the offline linter
# docker build --tag fargcheck --build-arg FEATURES=scan .  what collects from an account as well; takes 8 GB of memory
# docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work:ro" fargcheck lint snapshot.json
#
# It runs as a user without rights, who can't read what is readable by its owner alone, as what `scan` writes is: --user makes
# it run as whoever calls it.

ARG RUST_VERSION=1.95

FROM rust:${RUST_VERSION}-slim-bookworm AS build
ARG FEATURES=""
WORKDIR /build
COPY Cargo.toml Cargo.lock build.rs ./
COPY benches benches
COPY rules rules
COPY src src
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --no-default-features --features "$FEATURES" \
    && cp target/release/fargcheck /usr/local/bin/fargcheck

# The C library and the certificates of authorities, and nothing else: no shell either.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /usr/local/bin/fargcheck /usr/local/bin/fargcheck
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/fargcheck"]
CMD ["--help"]
