//! One process that runs for long: each run ends as the first did, and leaves nothing in the process.

use std::fs;

use portal_conformance::case::Selection;
use portal_conformance::exit_code::ExitCode;
use portal_conformance::report::{self, Report};
use portal_conformance::session::{Session, Stop};
use portal_conformance::settings::{Given, Settings, Surroundings};

/// How many runs there are where `SOAK_RUNS` says nothing.
const RUNS: usize = 300;
/// So many runs fill what is filled once: pools, caches, memory that is used again.
const WARM: usize = 10;
/// The connections of one run, which its portal may still be closing when it has ended.
const CLOSING: usize = 64;
/// How much more memory may be held at the end than after those, in KiB.
const MOST_MORE: u64 = 32 * 1024;

/// Descriptors and threads of this process, and its memory in KiB; zeros where the system does not tell.
fn held() -> (usize, u64, u64) {
    let descriptors = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.map_or(0, |number| number.parse().unwrap())
    };
    (descriptors, number("Threads:"), number("VmRSS:"))
}

#[test]
#[ignore = "takes minutes"]
fn three_hundred_runs_end_alike_and_leave_nothing() {
    let runs = std::env::var("SOAK_RUNS").map_or(RUNS, |runs| runs.parse().unwrap());
    let around = Surroundings {
        variable: &|_| None,
        read: &|_| Err(std::io::ErrorKind::NotFound.into()),
        sends_nothing: false,
    };
    let settings = Settings::of(&Given::default(), around, None).unwrap();
    let session = Session::prepare(&settings).unwrap();
    let runtime = tokio_runtime();
    let mut first = None;
    let mut warm = (0, 0, 0);
    for at in 0..runs {
        let selection = Selection::default();
        let run = runtime.block_on(session.run(&selection, |_| {}, Stop::never()));
        let run = run.unwrap();
        let text = report::text(&Report::of(&run));
        assert_eq!(run.exit_code(), ExitCode::Conforms, "{text}");
        // The last line names the port, the others the time.
        let count = text.lines().rev().nth(1).unwrap_or_default();
        let count = count.split(" in ").next().unwrap().to_owned();
        let first = first.get_or_insert_with(|| count.clone());
        assert_eq!(*first, count, "run {at}: {text}");
        if at == WARM {
            warm = held();
        }
    }
    let (descriptors, threads, memory) = held();
    eprintln!(
        "{runs} runs; after {WARM}: {warm:?}, at the end: {descriptors}, {threads}, {memory} KiB"
    );
    // A descriptor that stayed of each run would be hundreds.
    assert!(
        descriptors <= warm.0 + CLOSING,
        "{descriptors} descriptors, {} at first",
        warm.0
    );
    assert!(
        threads <= warm.1 + 2,
        "{threads} threads, {} at first",
        warm.1
    );
    assert!(
        memory <= warm.2 + MOST_MORE,
        "{memory} KiB, {} at first",
        warm.2
    );
}

fn tokio_runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().unwrap()
}
