//! The conformance suite as a test binary: `cargo test` and `cargo nextest run` try the portal of
//! `PORTAL_URL`, or the reference portal where none is set.

fn main() -> std::process::ExitCode {
    portal_conformance::cli::libtest()
}
