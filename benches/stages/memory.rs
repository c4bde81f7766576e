//! How much memory judging takes beside the body, each time in a process of its own.

use std::fs;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

use portal_conformance::contract::Format;

use crate::{Bench, answers, made};

/// The argument by which this program is asked for one measurement.
pub(crate) const ARGUMENT: &str = "memory-of";

const CONTACTS: usize = 10_000;
const FEW: usize = 10;
const MIB: f64 = 1024.0 * 1024.0;
/// How many times the body judging may take.
const GOAL: f64 = 6.0;

pub(crate) fn stages(bench: &Bench) {
    let stage = "memory of judging";
    if !bench.wants(stage) {
        return;
    }
    let (contract, _) = answers::builtin();
    let count = bench.sizes(&[FEW, CONTACTS]).last().copied().unwrap_or(FEW);
    for format in Format::ALL {
        let body = made::list(&contract, 1, format, count);
        let output = judged_elsewhere(format, &body);
        let text = String::from_utf8_lossy(&output);
        let mut numbers = text.split_whitespace().map(str::parse::<f64>);
        let Some(Ok(peak)) = numbers.next() else {
            println!("{stage}: the system does not tell");
            return;
        };
        println!(
            "{stage:<26} {:>16}  {:>8.1} MiB  {:>6.2} x the body ({:.1} MiB, {format})  (goal {GOAL:.1})",
            format!("{count} contacts"),
            peak / MIB,
            peak / length(&body),
            length(&body) / MIB,
        );
    }
}

/// What a process of its own prints that judges a body.
fn judged_elsewhere(format: Format, body: &str) -> Vec<u8> {
    let program = std::env::current_exe().expect("this program has a path");
    let mut child = Command::new(program)
        .args([ARGUMENT, format.as_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("it is read");
    input.write_all(body.as_bytes()).expect("it reads");
    drop(input);
    child.wait_with_output().expect("it ends").stdout
}

#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
fn length(body: &str) -> f64 {
    body.len() as f64
}

/// Judges the body on standard input and prints how many bytes that took at most beside it.
pub(crate) fn measured(arguments: &[String]) {
    let is_named = |format: &Format| arguments == [format.as_str()];
    let Some(format) = Format::ALL.into_iter().find(is_named) else {
        return;
    };
    let mut body = String::new();
    io::stdin().read_to_string(&mut body).expect("a body comes");
    let (_, expectations) = answers::builtin();
    let expectation = expectations.get(1, format).expect("it is documented");
    let asked = answers::exchange(format, body);
    let Some(before) = peak() else { return };
    assert_eq!(expectation.read(&asked).violations, []);
    if let Some(after) = peak() {
        println!("{}", after.saturating_sub(before));
    }
}

/// The most memory that this process had so far, in bytes, where the system tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}
