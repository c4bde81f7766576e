//! How much is asked, by the log of the portal.

use std::collections::BTreeMap;

use portal_conformance::page;

use crate::requests::{ID, Served, TITLE, page as one_page};
use crate::support;

/// How often each operation was asked in each format; with a profile that names formats in paths.
fn counts(served: &Served) -> BTreeMap<(String, bool), usize> {
    let mut counts = BTreeMap::new();
    for one in served.portal.log() {
        let is_xml = one.path.contains(".xml");
        *counts.entry((one.method, is_xml)).or_default() += 1;
    }
    counts
}

#[test]
fn quick_asks_six_times_at_most_and_finds_the_portal_sound() {
    let pages: Vec<_> = page::builtin();
    let pages: Vec<&str> = pages.iter().map(|page| page.text.as_ref()).collect();
    let served = Served::speaking("community-server", &pages);
    let arguments = ["--profile", "community-server", "--allow-writes"];
    let ended = served.run(&[&arguments[..], &["--effort", "quick"]].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let quick = counts(&served);
    assert_eq!(quick.len(), 4, "{quick:?}");
    assert!(
        quick.values().all(|count| (4..=6).contains(count)),
        "{quick:?}"
    );
    let listed = served.run(&[&arguments[..], &["--effort", "quick", "--list"]].concat());
    let left_out = "cases ignored: it is left out by the effort `quick`";
    assert!(listed.stderr.contains(left_out), "{}", listed.stderr);
    let planned: usize = quick.values().sum();
    let told = format!("{planned} requests, which the rate limit does not slow down");
    assert!(listed.stderr.contains(&told), "{told}: {}", listed.stderr);
    let slow = ["--effort", "quick", "--list", "--rate-limit", "1/s"];
    let listed = served.run(&[&arguments[..], &slow].concat());
    let told = format!("{planned} requests, which take {} s or more", planned - 1);
    assert!(listed.stderr.contains(&told), "{told}: {}", listed.stderr);
}

#[test]
fn quick_asks_little_of_every_kind_of_write() {
    let with_both = format!("{ID}{TITLE}");
    let served = Served::of(&[
        &one_page("POST api/2.0/things", TITLE),
        &one_page("PUT api/2.0/things/{thingid}", &with_both),
        &one_page("DELETE api/2.0/things/{thingid}", ID),
    ]);
    let ended = served.run(&["--effort=quick", "--allow-writes=*,delete-*"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    // In two formats.
    for ((method, _), count) in counts(&served) {
        assert!((6..=12).contains(&count), "{method}: {count}");
    }
}

#[test]
fn quick_still_sees_drifts() {
    for (fault, case) in [
        (
            "schema:get-crm-contact-contactid:drop:TaskCount",
            "get-crm-contact-contactid::json::schema",
        ),
        (
            "refusal:get-crm-contact-contactid:json:no-token:200-data",
            "get-crm-contact-contactid::json::refusal::no-token",
        ),
    ] {
        let served = support::Served::start(&["--fault", fault]);
        let ended = support::run(&mut served.run(&["--effort", "quick"]));
        assert_eq!(ended.code, Some(1), "{fault}: {}", ended.stdout);
        let line = format!("{case} ... FAILED");
        assert!(ended.stdout.contains(&line), "{fault}: {}", ended.stdout);
    }
}

#[test]
fn the_reference_portal_in_the_process_is_not_spared() {
    let listed = support::run(&mut support::program(&[
        "run",
        "--list",
        "--rate-limit",
        "1/s",
    ]));
    let told = "requests, which the rate limit does not slow down";
    assert!(listed.stderr.contains(told), "{}", listed.stderr);
}

#[test]
fn the_file_says_how_much_is_asked_and_a_flag_beats_it() {
    let things = crate::look_up::Things::sound("effort = \"quick\"");
    let left_out = |arguments: &[&str]| {
        let listed = things.run(&[&["--list", "--param", "thingid=71"], arguments].concat());
        listed.stderr.contains("left out by the effort `quick`")
    };
    assert!(left_out(&[]));
    assert!(!left_out(&["--effort", "thorough"]));
}
