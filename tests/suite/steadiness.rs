//! Verdicts that hang on what a portal answers: not on the order of requests, nor on how ids are spelled.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use portal_conformance::case::Selection;
use portal_conformance::proof::{Prover, faults};
use portal_conformance::run::Verdict;
use portal_conformance::{contract, page, profile};

use crate::support::{Served, run};

#[test]
fn an_id_with_zeros_before_it_names_the_same_resource() {
    let served = Served::start(&[]);
    let named = ["--param", "contactid=01234,0001235"];
    let tried = run(&mut served.run(&[&named[..], &["--allow-writes"]].concat()));
    assert_eq!(tried.code, Some(0), "{}", tried.stdout);
}

/// How often each drift is tried.
const TIMES: usize = 10;

/// The cases that fail for a fault, each time that it is tried.
fn tried(fault: &str, jobs: usize) -> Vec<Vec<String>> {
    let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let all = faults(&contract, &profile);
    let fault = all.into_iter().find(|one| one.id == fault).unwrap();
    let only = Selection {
        filters: vec!["identity".to_owned()],
        ..Selection::default()
    };
    let prover = Prover::new(&contract, &profile)
        .unwrap()
        .trying(&only, jobs);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let each = (0..TIMES).map(|_| {
        let run = prover.run(Some(fault.change.clone()), Duration::ZERO);
        let (run, _) = runtime.block_on(run);
        let failed = run
            .outcomes
            .iter()
            .filter(|one| one.verdict == Verdict::Violates);
        failed.map(|one| one.id.to_string()).collect()
    });
    each.collect()
}

#[test]
fn a_verdict_does_not_depend_on_which_request_came_first() {
    const READS: &str = "identity:get-crm-contact-contactid";
    for (fault, jobs) in [
        ("once-written-flag", &[1, 16][..]),
        // With one request at a time nothing runs beside anything.
        ("json:race-text", &[16]),
    ] {
        let fault = format!("{READS}:{fault}");
        let all: Vec<_> = jobs.iter().flat_map(|jobs| tried(&fault, *jobs)).collect();
        assert!(!all[0].is_empty(), "{fault}");
        for other in &all {
            assert_eq!(*other, all[0], "{fault}");
        }
    }
}

#[test]
fn a_list_whose_order_counts_keeps_it() {
    let fault = "parity:get-crm-contact-contactid:items-reversed-in-xml";
    let served = Served::start(&["--fault", fault]);
    let case = "get-crm-contact-contactid::xml::parity";
    let tried = run(&mut served.run(&["--exact", case]));
    assert_eq!(tried.code, Some(0), "{}", tried.stdout);
    assert!(tried.stdout.contains("another order"), "{}", tried.stdout);
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    let text =
        "extends = \"as-documented\"\nname = \"mine\"\nordered = [\"CommonData\", \"Tags\"]\n";
    fs::write(&profile, text).unwrap();
    let profile = profile.to_str().unwrap();
    let tried = run(&mut served.run(&["--exact", case, "--profile", profile]));
    assert_eq!(tried.code, Some(1), "{}", tried.stdout);
}
