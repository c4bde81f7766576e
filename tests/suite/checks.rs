//! The rules explain themselves, and what they say holds.

use std::sync::Arc;

use portal_conformance::case::{Check, Refusal, Scope};
use portal_conformance::check::{Entry, Expectations, Rule, Violation};
use portal_conformance::contract::{self, Format};
use portal_conformance::source::Source;
use portal_conformance::target::Target;
use portal_conformance::writes::Writes;
use portal_conformance::{case, page, profile, report};

use crate::support::{project, told};

#[test]
fn the_committed_page_of_checks_is_that_of_the_rules() {
    let path = project().join("docs/checks.md");
    let page = report::checks();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed == page,
        "docs/checks.md is stale: UPDATE_DOCS=1 cargo test --test suite checks"
    );
    for rule in Rule::ALL {
        assert!(page.contains(&format!("\n### {rule}\n")), "{rule}");
        assert!(page.contains(&format!("[{rule}](#{rule})")), "{rule}");
    }
}

#[test]
fn the_committed_page_of_cases_names_every_case_that_is_planned() {
    let path = project().join("docs/cases.md");
    let page = report::cases();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed == page,
        "docs/cases.md is stale: UPDATE_DOCS=1 cargo test --test suite checks"
    );
    // Another page, whose id has another name.
    let boat = "GET api/2.0/boat/{boatid}\n\nParameters\nName Description Type Example\nboatid\n\
                sent in path\nThe boat\nnumber 12\n\nReturns\nBoat\n\nExample Response\n\n\
                application/json\n\n{\"status\": 0, \"response\": {\"id\": 12}}\n";
    let mut sources = page::builtin();
    sources.push(Source::new("boat.txt", boat));
    let contract = contract::of_sources(sources).unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    let mut of_boats = false;
    for profile in profile::builtin_names() {
        let profile = profile::load(profile).unwrap();
        for case in case::plan(&contract, &profile, &target).cases {
            let mut id = case.id;
            of_boats |= id
                .to_string()
                .starts_with("get-boat-boatid::json::refusal::zero-boatid");
            id.scope = Scope::One;
            if let Check::Refusal(
                Refusal::UnknownId { parameter } | Refusal::InvalidId { parameter, .. },
            ) = &mut id.check
            {
                "PARAMETER".clone_into(parameter);
            }
            let name = id.check_name();
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
    }
    assert!(of_boats, "ids of other pages are planned too");
}

/// What an answer with a body shows, held against a page with another as its example.
fn violations(example: &str, body: &str) -> Vec<Violation> {
    let page =
        format!("GET api/2.0/x\nReturns\nX\nExample Response\napplication/json\n{example}\n");
    let contract = contract::of_sources(vec![Source::new("page.txt", &page)]).unwrap();
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let expectations = Expectations::of(&contract, &profile, false);
    let expectation = expectations.get(0, Format::Json).unwrap();
    expectation.read(&told(body)).violations
}

#[test]
fn the_examples_of_rules_about_json_break_them_as_the_page_says() {
    let envelope = |payload: &str| format!("{{\"status\": 0, \"response\": {payload}}}");
    for rule in [
        Rule::Missing,
        Rule::LetterCase,
        Rule::Undocumented,
        Rule::Constant,
        Rule::Null,
        Rule::Type,
        Rule::Fraction,
        Rule::DateTime,
        Rule::Guid,
        Rule::DuplicateMember,
    ] {
        let Entry {
            kept,
            broken,
            message,
            ..
        } = rule.entry();
        let whole = |body: &str| {
            if body.contains("\"response\"") {
                body.to_owned()
            } else if body.contains("\"status\"") {
                body.replace('}', ", \"response\": {}}")
            } else {
                envelope(body)
            }
        };
        assert_eq!(violations(&whole(kept), &whole(kept)), [], "{rule}");
        let found = violations(&whole(kept), &whole(broken));
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert_eq!(found[0].rule, rule);
        assert_eq!(
            (found[0].expected.clone(), found[0].actual.clone()),
            message()
        );
    }
}
