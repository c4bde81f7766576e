//! Noise and silence: every fault is caught by the cases that it names, nothing lawful is called a
//! violation, every rule earns its place, and verdicts do not depend on timing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use portal_conformance::check::Rule;
use portal_conformance::exit_code::ExitCode;
use portal_conformance::proof::{Proof, Prover};
use portal_conformance::run::Verdict;
use portal_conformance::{contract, page, profile, proof as catalogue};
use tokio::runtime::Runtime;

fn prover(profile: &str) -> Prover {
    let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
    let profile = Arc::new(profile::load(profile).unwrap());
    Prover::new(&contract, &profile).unwrap()
}

/// All faults and variations under the default profile, tried once for all tests of this file.
fn proof() -> &'static Proof {
    static PROOF: OnceLock<Proof> = OnceLock::new();
    PROOF.get_or_init(|| prover("as-documented").prove("", &|_, _| {}))
}

/// Those of the envelope as deployed servers speak; `.ci/run` tries all of them, in a release build.
fn proof_of_community_server() -> &'static Proof {
    static PROOF: OnceLock<Proof> = OnceLock::new();
    PROOF.get_or_init(|| prover("community-server").prove("envelope:", &|_, _| {}))
}

fn proofs() -> [(&'static str, &'static Proof); 2] {
    [
        ("as-documented", proof()),
        ("community-server", proof_of_community_server()),
    ]
}

#[test]
fn there_are_many_faults_and_variations() {
    for profile in ["as-documented", "community-server"] {
        let prover = prover(profile);
        let suite = prover.suite();
        let faults = catalogue::faults(&suite.contract, &suite.profile).len();
        let variations = catalogue::variations(&suite.contract, &suite.profile).len();
        assert!(faults >= 600, "{profile}: {faults}");
        assert!(variations >= 80, "{profile}: {variations}");
    }
}

#[test]
fn every_fault_is_caught_by_the_cases_it_names() {
    let faults = proofs().into_iter().flat_map(|(_, proof)| &proof.faults);
    let missed: Vec<String> = faults
        .filter(|fault| !fault.is_caught())
        .map(|fault| format!("{} by {:?}", fault.id, fault.missed_by))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn nothing_lawful_is_called_a_violation() {
    let variations = proofs()
        .into_iter()
        .flat_map(|(_, proof)| &proof.variations);
    let called: Vec<String> = variations
        .filter_map(|lawful| Some(format!("{}\n{}", lawful.id, lawful.alarm.as_ref()?)))
        .collect();
    assert!(called.is_empty(), "{}", called.join("\n"));
}

#[test]
fn each_family_of_faults_is_caught_as_reviewed() {
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    for fault in &proof().faults {
        let text = families.entry(fault.family.as_str()).or_default();
        // Which rules see an answer that changes each time depends on when it is read.
        if fault.id.contains(":flicker-") || fault.id.contains(":drift-") {
            let _ = writeln!(text, "{}: caught", fault.id);
            continue;
        }
        let rules: Vec<&str> = fault.rules.iter().map(|rule| rule.id()).collect();
        // The first case is the one whose finding is shown; how many others fail is not reviewed.
        let first = fault.caught_by.first();
        let first = first.map_or("-".to_owned(), ToString::to_string);
        // A portal that only redirects, or puts all off, is not judged at all.
        let rules = if rules.is_empty() {
            "not judged".to_owned()
        } else {
            rules.join(", ")
        };
        let _ = writeln!(text, "{}: {rules} in {first}", fault.id);
    }
    for (family, text) in families {
        crate::support::snapshot("faults", family, &text);
    }
}

#[test]
fn a_finding_is_short() {
    let median = proof().median_lines();
    assert!(median <= 12, "median {median} lines");
}

#[test]
fn every_rule_earns_its_place() {
    let mut idle = Vec::new();
    for rule in Rule::ALL {
        // The snapshot of another portal says nothing that the envelope's rules do not; a portal's own
        // snapshots have tests in `cli.rs`.
        if *rule == Rule::Snapshot {
            continue;
        }
        let faults = proofs()
            .into_iter()
            .flat_map(|(profile, proof)| proof.faults.iter().map(move |fault| (profile, fault)));
        let mut seen: Vec<_> = faults
            .filter(|(_, fault)| fault.rules.contains(rule))
            .collect();
        seen.sort_by_key(|(_, fault)| fault.rules.len());
        // A fault that only this rule sees comes first; a few others are tried before giving up.
        let needs_it = seen.iter().take(8).any(|(profile, fault)| {
            let blind = prover(profile).without(*rule);
            let blind = blind.prove(&fault.id, &|_, _| {});
            let mut same = blind.faults.iter().filter(|other| other.id == fault.id);
            same.any(|other| !other.is_caught())
        });
        if !needs_it {
            idle.push(rule.id());
        }
    }
    assert!(idle.is_empty(), "no fault needs these rules: {idle:?}");
}

#[test]
fn fifty_runs_with_random_delays_give_the_same_verdicts() {
    let prover = prover("as-documented");
    let verdicts: Vec<Vec<Verdict>> = Runtime::new().unwrap().block_on(async {
        stream::iter(0..50)
            .map(|_| prover.run(None, Duration::from_millis(30)))
            .buffer_unordered(10)
            .map(|(run, _)| {
                assert_eq!(run.exit_code(), ExitCode::Conforms);
                run.outcomes
                    .into_iter()
                    .map(|outcome| outcome.verdict)
                    .collect()
            })
            .collect()
            .await
    });
    assert_eq!(verdicts.len(), 50);
    assert!(verdicts.iter().all(|other| *other == verdicts[0]));
}

#[test]
fn fault_names_are_unique() {
    for (profile, _) in proofs() {
        let prover = prover(profile);
        let suite = prover.suite();
        let faults = catalogue::faults(&suite.contract, &suite.profile);
        let variations = catalogue::variations(&suite.contract, &suite.profile);
        let mut ids: Vec<&str> = faults.iter().map(|fault| fault.id.as_str()).collect();
        ids.extend(variations.iter().map(|lawful| lawful.id.as_str()));
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{profile}");
    }
}
