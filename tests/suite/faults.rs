//! Noise and silence: every fault is caught by the cases that it names, nothing lawful is called a
//! violation, every rule earns its place, and verdicts do not depend on timing.
//!
//! The whole catalogue takes minutes in a debug build, so it is proved once, by `.ci/run`, optimised,
//! and a fifth of it under the other profile, which has most of it in another spelling. What is tried
//! here is a sample that is the same each time: for each rule a fault that no other one sees, the first fault of each family, and every so many-th of all
//! others. The ignored tests are those that `.ci/run` adds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use portal_conformance::check::{Family, Rule};
use portal_conformance::exit_code::ExitCode;
use portal_conformance::proof::{FaultResult, Proof, Prover, Sample};
use portal_conformance::run::Verdict;
use portal_conformance::source::Source;
use portal_conformance::{contract, page, profile, proof as catalogue};
use serde_json::Value;
use tokio::runtime::Runtime;

const DOCUMENTED: &str = "as-documented";
const SERVER: &str = "community-server";
const PROFILES: [&str; 2] = [DOCUMENTED, SERVER];
/// What no page of the suite promises: bounds of values, sealed objects, lists in an order.
const SCHEMA: &str = "schema";
const BOATS: &str = r##"
openapi: 3.1.0
info: {title: Boats, version: "1"}
paths:
  /boats/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 31}]
      responses:
        "200":
          description: A boat
          content:
            application/json: {schema: {$ref: "#/components/schemas/Boat"}}
            application/xml: {schema: {$ref: "#/components/schemas/Boat"}}
  /tides:
    get:
      responses:
        "200":
          description: How often somebody looked
          content:
            application/json: {schema: {$ref: "#/components/schemas/Tides"}}
components:
  schemas:
    Tides: {type: object, required: [views], properties: {views: {type: integer}}}
    Boat:
      type: object
      additionalProperties: false
      required: [name, kind, code, masts, crew]
      properties:
        id: {type: integer}
        name: {type: string, maxLength: 20}
        kind: {type: string, enum: [ketch, yawl]}
        code: {type: string, pattern: "^[a-z]+-[0-9]+$", examples: [ab-12]}
        masts: {type: integer, maximum: 4}
        crew: {type: array, items: {type: string}, examples: [[Ann, Bo]]}
        pin: {type: string, writeOnly: true}
"##;
const ORDERED_CREW: &str = "extends = \"as-documented\"\nname = \"schema\"\nordered = [\"crew\"]\n";

/// Which of all faults, and of all variations, are in the sample.
const FAULTS: &str = "1/300";
const VARIATIONS: &str = "1/36";

/// For each rule a profile, and a fault under it that is missed without the rule.
const NEEDED: &[(Rule, &str, &str)] = &[
    (
        Rule::NoAnswer,
        DOCUMENTED,
        "transport:json:gzip-not-compressed",
    ),
    (Rule::Status, DOCUMENTED, "transport:status-202"),
    (Rule::Html, DOCUMENTED, "transport:json:page"),
    (Rule::MediaType, DOCUMENTED, "transport:json:label-bytes"),
    (Rule::Charset, DOCUMENTED, "transport:json:charset-latin-1"),
    (Rule::Encoding, DOCUMENTED, "transport:json:latin-1"),
    (Rule::Garbled, DOCUMENTED, "transport:stored-garbled"),
    (Rule::Syntax, DOCUMENTED, "transport:json:empty"),
    (
        Rule::DuplicateMember,
        DOCUMENTED,
        "transport:json:duplicate-member",
    ),
    (
        Rule::Root,
        DOCUMENTED,
        "envelope:get-crm-contact-contactid:xml:root-rename",
    ),
    (
        Rule::Missing,
        DOCUMENTED,
        "schema:get-crm-contact-contactid:drop:About",
    ),
    (
        Rule::LetterCase,
        DOCUMENTED,
        "schema:get-crm-contact-contactid:recase:About",
    ),
    (
        Rule::Undocumented,
        DOCUMENTED,
        "envelope:get-crm-contact-contactid:json:extra-code",
    ),
    (
        Rule::Misplaced,
        SERVER,
        "schema:get-crm-contact-contactid:misplaced:AccessList",
    ),
    (
        Rule::Constant,
        DOCUMENTED,
        "envelope:get-crm-contact-contactid:json:status-error",
    ),
    (
        Rule::StatusCode,
        SERVER,
        "envelope:get-crm-contact-contactid:json:statusCode-one-more",
    ),
    (
        Rule::ItemCount,
        SERVER,
        "envelope:post-crm-contact-project-projectid:json:count-one-more",
    ),
    (
        Rule::Zero,
        SERVER,
        "envelope:get-crm-contact-contactid:json:startIndex-zero",
    ),
    (
        Rule::TooSmall,
        SERVER,
        "envelope:get-crm-contact-contactid:json:nextIndex-too-small",
    ),
    (
        Rule::Null,
        DOCUMENTED,
        "schema:post-crm-contact-project-projectid:null:second/ContactType/Description",
    ),
    (
        Rule::Type,
        DOCUMENTED,
        "schema:get-crm-contact-contactid:string:Addresses/*/Category",
    ),
    (
        Rule::Fraction,
        DOCUMENTED,
        "schema:get-crm-contact-contactid:fraction:ContactStatus/id",
    ),
    (
        Rule::DateTime,
        DOCUMENTED,
        "schema:get-crm-contact-contactid:date-dotnet:Created",
    ),
    (
        Rule::Guid,
        DOCUMENTED,
        "schema:get-crm-contact-contactid:guid-braces:CreateBy/Id",
    ),
    (
        Rule::Lexical,
        DOCUMENTED,
        "shape:get-crm-contact-contactid:spelling:CanEdit",
    ),
    (
        Rule::Repeated,
        DOCUMENTED,
        "envelope:get-crm-contact-contactid:xml:status-repeated",
    ),
    (
        Rule::Attribute,
        DOCUMENTED,
        "shape:get-crm-contact-contactid:leaves-with-attribute",
    ),
    (
        Rule::Namespace,
        DOCUMENTED,
        "envelope:get-crm-contact-contactid:xml:root-namespace",
    ),
    (
        Rule::Mixed,
        DOCUMENTED,
        "envelope:get-crm-contact-contactid:xml:root-text",
    ),
    (
        Rule::OtherResource,
        DOCUMENTED,
        "identity:get-crm-contact-contactid:json:id-plus-one",
    ),
    (
        Rule::Dropped,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:json:emptied",
    ),
    (
        Rule::Added,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:json:one-more",
    ),
    (
        Rule::Doubled,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:json:first-doubled",
    ),
    (
        Rule::ChangedByWrite,
        DOCUMENTED,
        "identity:get-crm-contact-contactid:changed-by-write-text",
    ),
    (
        Rule::NotKept,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:json:not-kept",
    ),
    (
        Rule::KeptTwice,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:xml:kept-twice",
    ),
    (
        Rule::OthersLost,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:json:others-lost",
    ),
    (
        Rule::RefusedKept,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:xml:refused-kept",
    ),
    (
        Rule::UnlikeRead,
        DOCUMENTED,
        "identity:post-crm-contact-project-projectid:stale-alike-text",
    ),
    (
        Rule::Unsteady,
        DOCUMENTED,
        "identity:get-crm-contact-contactid:json:flicker-text",
    ),
    (
        Rule::FirstAnswer,
        DOCUMENTED,
        "identity:get-crm-contact-contactid:cold-of-one-text",
    ),
    (
        Rule::Count,
        DOCUMENTED,
        "parity:get-crm-contact-contactid:one-less-in-json:Addresses",
    ),
    (
        Rule::Differs,
        DOCUMENTED,
        "parity:get-crm-contact-contactid:text-in-json:Addresses/*/Street",
    ),
    (
        Rule::Accepted,
        DOCUMENTED,
        "refusal:get-crm-contact-contactid:json:no-token:200-empty",
    ),
    (
        Rule::RefusalStatus,
        DOCUMENTED,
        "refusal:get-crm-contact-contactid:json:no-token:500",
    ),
    (
        Rule::Leak,
        DOCUMENTED,
        "refusal:get-crm-contact-contactid:json:no-token:data-in-refusal",
    ),
    (
        Rule::LooseRefusal,
        DOCUMENTED,
        "refusal:get-crm-contact-contactid:json:loose-contactid:500",
    ),
    (
        Rule::TokenPlace,
        DOCUMENTED,
        "refusal:get-crm-contact-contactid:json:token-in-query",
    ),
    (
        Rule::Existence,
        DOCUMENTED,
        "refusal:get-crm-contact-contactid:json:unknown-before-token",
    ),
    (Rule::EchoedToken, DOCUMENTED, "transport:echoed-token"),
    (Rule::Cacheable, DOCUMENTED, "transport:cacheable-public"),
    (Rule::SharedTag, DOCUMENTED, "transport:etag-of-all"),
    (Rule::Cookie, DOCUMENTED, "transport:cookie-open"),
    (Rule::AnyOrigin, DOCUMENTED, "transport:any-origin"),
    (Rule::ServerVersion, DOCUMENTED, "transport:server-version"),
    (Rule::Disclosure, DOCUMENTED, "refusal:tells-trace-dotnet"),
    (Rule::RefusalFormat, DOCUMENTED, "refusal:as-text"),
    (Rule::ErrorEnvelope, SERVER, "refusal:error-as-problem"),
    (
        Rule::Part,
        SERVER,
        "identity:post-crm-contact-project-projectid:first-part",
    ),
    (
        Rule::Order,
        DOCUMENTED,
        "parity:get-crm-contact-contactid:items-reversed-in-json",
    ),
    (
        Rule::UndocumentedDiffers,
        DOCUMENTED,
        "parity:get-crm-contact-contactid:extra-text-in-json",
    ),
    (
        Rule::Spelling,
        DOCUMENTED,
        "parity:get-crm-contact-contactid:guids-in-capitals-in-json",
    ),
    (
        Rule::Ordered,
        SCHEMA,
        "parity:get-boats-id:ordered-items-reversed-in-json",
    ),
    (
        Rule::TooLarge,
        SCHEMA,
        "schema:get-boats-id:above-greatest:masts",
    ),
    (Rule::OneOf, SCHEMA, "schema:get-boats-id:unlisted:kind"),
    (Rule::Matches, SCHEMA, "schema:get-boats-id:no-match:code"),
    (Rule::Length, SCHEMA, "schema:get-boats-id:too-long:name"),
    (Rule::Sealed, SCHEMA, "schema:get-boats-id:sealed:Extra"),
    (Rule::WriteOnly, SCHEMA, "shape:get-boats-id:write-only:pin"),
    (Rule::Living, SCHEMA, "identity:get-tides:json:drift-number"),
    (
        Rule::LooseId,
        SCHEMA,
        "refusal:get-boats-id:json:loose-id:taken",
    ),
];

fn prover(profile: &str) -> Prover {
    let (sources, profile) = match profile {
        SCHEMA => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("schema.toml");
            std::fs::write(&file, ORDERED_CREW).unwrap();
            let profile = profile::load(file.to_str().unwrap());
            (vec![Source::new("boats.yaml", BOATS)], profile)
        }
        builtin => (page::builtin(), profile::load(builtin)),
    };
    let contract = Arc::new(contract::of_sources(sources).unwrap());
    Prover::new(&contract, &Arc::new(profile.unwrap())).unwrap()
}

/// The names of the faults and variations that are tried under a profile.
fn sample(profile: &str, prover: &Prover) -> BTreeSet<String> {
    let needed = NEEDED.iter().filter(|(_, of, _)| *of == profile);
    let needed = needed.map(|(_, _, id)| (*id).to_owned());
    if profile == SCHEMA {
        return needed.collect();
    }
    let suite = prover.suite();
    let faults = catalogue::faults(&suite.contract, &suite.profile);
    let variations = catalogue::variations(&suite.contract, &suite.profile);
    let of = |text: &str| text.parse::<Sample>().unwrap();
    let faults = of(FAULTS).faults(faults).into_iter();
    let lawful = of(VARIATIONS).variations(variations).into_iter();
    let ids = faults.map(|one| one.id).chain(lawful.map(|one| one.id));
    ids.chain(needed).collect()
}

/// The sample under a profile, tried once.
fn proof(profile: &str) -> &'static Proof {
    static PROOFS: [OnceLock<Proof>; 3] = [const { OnceLock::new() }; 3];
    let all = [DOCUMENTED, SERVER, SCHEMA];
    let at = all.iter().position(|one| *one == profile).unwrap();
    PROOFS[at].get_or_init(|| {
        let prover = prover(profile);
        let sample = sample(profile, &prover);
        prover.prove(|id| sample.contains(id), &|_, _| {})
    })
}

fn tried() -> impl Iterator<Item = (&'static str, &'static FaultResult)> {
    PROFILES
        .into_iter()
        .flat_map(|profile| proof(profile).faults.iter().map(move |one| (profile, one)))
}

#[test]
fn there_are_many_faults_and_variations_and_no_two_have_the_same_name() {
    for profile in PROFILES {
        let prover = prover(profile);
        let suite = prover.suite();
        let faults = catalogue::faults(&suite.contract, &suite.profile);
        let variations = catalogue::variations(&suite.contract, &suite.profile);
        assert!(faults.len() >= 1_800, "{profile}: {}", faults.len());
        assert!(variations.len() >= 300, "{profile}: {}", variations.len());
        let faults = faults.iter().map(|fault| fault.id.as_str());
        let ids = faults.chain(variations.iter().map(|lawful| lawful.id.as_str()));
        let mut once = BTreeSet::new();
        let twice: Vec<&str> = ids.filter(|id| !once.insert(*id)).collect();
        assert!(twice.is_empty(), "{profile}: {twice:?}");
    }
}

/// One test, as nextest starts a process for each, and every one would try the sample again.
#[test]
fn the_sample_is_judged_as_the_catalogue_says() {
    let all: [(&str, fn()); 5] = [
        (
            "a_fault_of_each_family_and_many_others_are_caught_by_the_cases_they_name",
            a_fault_of_each_family_and_many_others_are_caught_by_the_cases_they_name,
        ),
        (
            "nothing_lawful_is_called_a_violation",
            nothing_lawful_is_called_a_violation,
        ),
        ("every_rule_earns_its_place", every_rule_earns_its_place),
        ("a_finding_is_short", a_finding_is_short),
        (
            "what_is_tried_is_caught_as_reviewed",
            what_is_tried_is_caught_as_reviewed,
        ),
    ];
    let broken = all
        .into_iter()
        .filter(|(_, holds)| std::panic::catch_unwind(holds).is_err());
    let broken: Vec<&str> = broken.map(|(name, _)| name).collect();
    assert!(broken.is_empty(), "{}", broken.join(", "));
}

fn a_fault_of_each_family_and_many_others_are_caught_by_the_cases_they_name() {
    let missed: Vec<String> = tried()
        .filter(|(_, fault)| !fault.is_caught())
        .map(|(profile, fault)| {
            let by: Vec<String> = fault.missed_by.iter().map(ToString::to_string).collect();
            format!("{profile}: {} by {by:?}", fault.id)
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    let families: BTreeSet<Family> = tried().map(|(_, fault)| fault.family).collect();
    assert_eq!(families.len(), Family::ALL.len());
    assert!(tried().count() >= 70, "{}", tried().count());
}

fn nothing_lawful_is_called_a_violation() {
    let variations = || PROFILES.into_iter().flat_map(|one| &proof(one).variations);
    let called: Vec<String> = variations()
        .filter_map(|lawful| Some(format!("{}\n{}", lawful.id, lawful.alarm.as_ref()?)))
        .collect();
    assert!(called.is_empty(), "{}", called.join("\n"));
    assert!(variations().count() >= 20);
}

/// The rules that no fault needs: what differs from a reviewed snapshot breaks a rule of the envelope as well, and a
/// snapshot that nobody reviewed is nothing that a portal does. A portal's own snapshots have tests in `cli.rs` and
/// `levels.rs`. An id that is gone in one format alone differs from the other one as well. No built-in page has a PUT or a
/// PATCH: a write that does nothing has tests beside what judges it.
const HELD_ELSEWHERE: [Rule; 5] = [
    Rule::Snapshot,
    Rule::SnapshotUnreviewed,
    Rule::Unidentified,
    Rule::NotWritten,
    Rule::NotDeleted,
];

fn every_rule_earns_its_place() {
    for rule in Rule::ALL {
        let mut entries = NEEDED.iter().filter(|(of, ..)| of == rule);
        let Some((_, profile, id)) = entries.next() else {
            let is_held = HELD_ELSEWHERE.contains(rule);
            assert!(is_held, "{rule} has no fault that needs it");
            continue;
        };
        let fault = proof(profile).faults.iter().find(|fault| fault.id == *id);
        let needs = fault.map(|fault| fault.needs.as_slice());
        assert!(
            needs.is_some_and(|needs| needs.contains(rule)),
            "{rule}: {needs:?}"
        );
    }
}

fn a_finding_is_short() {
    let median = proof(DOCUMENTED).median_lines();
    assert!(median <= 12, "median {median} lines");
}

fn what_is_tried_is_caught_as_reviewed() {
    let folder = crate::support::project().join("snapshots/faults");
    for fault in &proof(DOCUMENTED).faults {
        let file = folder.join(format!("{}.snap", fault.family));
        let reviewed = std::fs::read_to_string(&file).unwrap();
        let line = line(&machine(fault));
        assert!(reviewed.lines().any(|other| other == line), "{line}");
    }
}

/// A fault as `faults --report-json` writes it.
fn machine(fault: &FaultResult) -> Value {
    let cases = fault.caught_by.iter().map(|caught| caught.case.to_string());
    serde_json::json!({
        "id": fault.id,
        "family": fault.family.as_str(),
        "caught_by": cases.collect::<Vec<_>>(),
        "rules": fault.rules().iter().map(|rule| rule.id()).collect::<Vec<_>>(),
    })
}

/// What is reviewed of a fault that was tried.
fn line(fault: &Value) -> String {
    let id = fault["id"].as_str().unwrap();
    // Which rules see an answer that changes each time depends on when it is read.
    if id.contains(":flicker-") || id.contains(":drift-") {
        return format!("{id}: caught");
    }
    let texts = |name: &str| {
        fault[name]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
    };
    // A portal that only redirects, or puts all off, is not judged at all.
    let rules: Vec<&str> = texts("rules").collect();
    let rules = if rules.is_empty() {
        "not judged".to_owned()
    } else {
        rules.join(", ")
    };
    // The first case is the one whose finding is shown; how many others fail is not reviewed.
    let first = texts("caught_by").next().unwrap_or("-");
    format!("{id}: {rules} in {first}")
}

/// The report of `faults --report-json` that `FAULTS_REPORT` names is compared; without one, all of
/// them are tried here.
#[test]
#[ignore = "minutes in a debug build; `.ci/run` gives it the report of an optimised build"]
fn each_family_of_faults_is_caught_as_reviewed() {
    let faults: Vec<Value> = match std::env::var_os("FAULTS_REPORT") {
        Some(path) => {
            let report = std::fs::read(path).unwrap();
            let mut report: Value = serde_json::from_slice(&report).unwrap();
            serde_json::from_value(report["faults"].take()).unwrap()
        }
        None => {
            let proof = prover(DOCUMENTED).prove(|_| true, &|_, _| {});
            proof.faults.iter().map(machine).collect()
        }
    };
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    for fault in &faults {
        let text = families
            .entry(fault["family"].as_str().unwrap())
            .or_default();
        let _ = writeln!(text, "{}", line(fault));
    }
    assert_eq!(families.len(), Family::ALL.len());
    for (family, text) in families {
        crate::support::snapshot("faults", family, &text);
    }
}

#[test]
fn ten_runs_with_random_delays_give_the_same_verdicts() {
    same_verdicts(10);
}

#[test]
#[ignore = "ten runs show it quickly; `.ci/run` makes fifty"]
fn fifty_runs_with_random_delays_give_the_same_verdicts() {
    same_verdicts(50);
}

fn same_verdicts(runs: usize) {
    let prover = prover(DOCUMENTED);
    let verdicts: Vec<Vec<Verdict>> = Runtime::new().unwrap().block_on(async {
        stream::iter(0..runs)
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
    assert_eq!(verdicts.len(), runs);
    assert!(verdicts.iter().all(|other| *other == verdicts[0]));
}
