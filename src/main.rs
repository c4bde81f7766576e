//! Arguments in, exit code out; the work is the library's.

use std::process::ExitCode;

fn main() -> ExitCode {
    portal_conformance::cli::main().into()
}
