//! What several test files need.

#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Compares a text with the snapshot of a stage in `snapshots/<stage>/`.
pub(crate) fn snapshot(stage: &str, name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots")
        .join(stage);
    insta::with_settings!({
        snapshot_path => folder,
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// The program, with none of the variables that it reads.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal-conformance"));
    command.args(arguments);
    for name in [
        "PORTAL_URL",
        "PORTAL_TOKEN",
        "PORTAL_PROFILE",
        "PORTAL_USER",
        "PORTAL_PASSWORD",
        "INSTA_UPDATE",
        "CI",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(name);
    }
    command
}

/// What the program printed, and how it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs the program to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    command.output().unwrap().into()
}

/// The folder of the project.
pub(crate) fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
