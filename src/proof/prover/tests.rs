//! A sample of the catalogue in seconds: a line of judging that is turned round is seen here, before
//! anybody tries the whole catalogue.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::check::Family;
use crate::{contract, page, profile};

/// Of so many faults, in the order of the catalogue, one is in the sample.
const FAULTS: usize = 120;
/// Of so many variations, one is.
const VARIATIONS: usize = 20;

fn prover(profile: &str) -> Prover {
    let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
    Prover::new(&contract, &Arc::new(profile::load(profile).unwrap())).unwrap()
}

/// Tries some faults, and every so many-th variation.
fn tried(prover: &Prover, faults: &[&Fault], variations: usize) -> Proof {
    let suite = prover.suite();
    let lawful = super::variations(&suite.contract, &suite.profile);
    let lawful = lawful.iter().step_by(variations);
    let ids = faults.iter().map(|fault| fault.id.as_str());
    let ids: BTreeSet<&str> = ids.chain(lawful.map(|one| one.id.as_str())).collect();
    prover.prove(|id| ids.contains(id), &|_, _| {})
}

fn assert_good(proof: &Proof) {
    for fault in &proof.faults {
        assert!(fault.is_caught(), "{} by {:?}", fault.id, fault.missed_by);
    }
    for lawful in &proof.variations {
        assert_eq!(lawful.alarm, None, "{}", lawful.id);
    }
    assert_eq!(proof.exit_code(), ExitCode::Conforms);
}

#[test]
fn faults_of_every_family_are_caught_and_lawful_answers_are_not_called() {
    let prover = prover("as-documented");
    let all = faults(&prover.suite.contract, &prover.suite.profile);
    let mut families = BTreeSet::new();
    let firsts = all.iter().filter(|fault| families.insert(fault.family));
    let sample: Vec<&Fault> = firsts.chain(all.iter().skip(7).step_by(FAULTS)).collect();
    let proof = tried(&prover, &sample, VARIATIONS);
    assert_good(&proof);
    let families: BTreeSet<Family> = proof.faults.iter().map(|fault| fault.family).collect();
    assert_eq!(families.len(), Family::ALL.len());
    assert!(proof.faults.len() >= 25, "{}", proof.faults.len());
    assert!(proof.variations.len() >= 18, "{}", proof.variations.len());
}

#[test]
fn faults_of_a_deployed_server_are_caught_and_its_lawful_answers_are_not_called() {
    let prover = prover("community-server");
    let all = faults(&prover.suite.contract, &prover.suite.profile);
    let sample: Vec<&Fault> = all.iter().step_by(2 * FAULTS).collect();
    let proof = tried(&prover, &sample, 2 * VARIATIONS);
    assert_good(&proof);
    assert!(proof.faults.len() >= 8, "{}", proof.faults.len());
    assert!(proof.variations.len() >= 8, "{}", proof.variations.len());
}

#[tokio::test]
async fn the_reference_portal_conforms_in_every_case() {
    for profile in ["as-documented", "community-server"] {
        let (run, _) = prover(profile).run(None, Duration::ZERO).await;
        for outcome in &run.outcomes {
            let id = &outcome.id;
            assert_eq!(outcome.verdict, Verdict::Conforms, "{profile}: {id}");
            assert!(outcome.remarks.is_empty(), "{profile}: {id}");
        }
        assert_eq!(run.outcomes.len(), run.plan.cases.len());
        assert_eq!((run.obstacle, run.misfit), (None, None));
        assert_eq!((run.hints, run.retries), (Vec::new(), 0));
    }
}

#[tokio::test]
async fn the_number_of_questions_is_known_from_the_first_answer_on() {
    let prover = prover("as-documented");
    let deployment = Deployment::new(
        Arc::clone(&prover.suite.contract),
        Arc::clone(&prover.suite.profile),
        TOKEN,
    );
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let portal = Portal::start(deployment, listen).await.unwrap();
    let target = Target {
        url: local_url(portal.address()),
        ..prover.target.clone()
    };
    let client = prover.client.retarget(Arc::new(target));
    let told = Mutex::new(Vec::new());
    let note = |done, of| lock(&told).push((done, of));
    prover.suite.run(&client, &prover.selected, &note).await;
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    let all = told.len();
    let expected: Vec<(usize, usize)> = (1..=all).map(|done| (done, all)).collect();
    assert_eq!(told, expected);
    let schedule = &prover.selected.plan().schedule;
    assert!(!schedule.early.is_empty() && !schedule.free.is_empty());
    assert!(!schedule.ordered.is_empty() && !schedule.quiet.is_empty());
}

#[test]
fn a_fault_is_held_against_cases_that_are_asked_alone() {
    let page = |method: &str, path: &str| {
        let text = format!(
            "{method} api/2.0/{path}/{{boatid}}\n\nParameters\nName Description Type Example\nboatid\n\
             sent in url\nWhich boat\nnumber 7\n\nReturns\n\nBoat\n\nExample Response\n\n\
             application/json\n\n{{\"status\": 0, \"response\": {{\"Id\": 7, \"Name\": \"Jar\"}}}}\n"
        );
        crate::source::Source::new(&format!("{method}-{path}"), &text)
    };
    let reads = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(|path| page("GET", path));
    let pages = reads.into_iter().chain([page("PUT", "a")]).collect();
    let contract = Arc::new(contract::of_sources(pages).unwrap());
    let profile = "extends = \"as-documented\"\nname = \"boats\"\n[[identity]]\n\
                   parameter = \"boatid\"\nmember = \"Id\"\nbecause = \"x\"\n";
    let profile = Arc::new(profile::parse("boats.toml", profile).unwrap());
    let prover = Prover::new(&contract, &profile).unwrap();
    let ids = ["nan", "leading-zeros", "plus-sign", "trailing-comma"];
    // Those in XML are about nothing here, and stand before the others.
    let is_meant = |id: &str| {
        let is_one = |one: &str| id.strip_prefix("transport:json:") == Some(one);
        id.starts_with("transport:xml:c") || ids.iter().any(|one| is_one(one))
    };
    let proof = prover.prove(is_meant, &|_, _| {});
    assert_good(&proof);
    assert_eq!(proof.faults.len(), ids.len());
    assert!(!proof.unseen.is_empty());
}

#[test]
fn status_codes_that_a_document_names_are_no_faults() {
    let answer = "{description: B, content: {application/json: {schema: {type: object, required: [id], properties: \
                  {id: {type: integer}}}}}}";
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /boats:\n    post: {{responses: {{'202': {answer}, '203': {answer}, '204': \
         {{description: none}}}}}}\n"
    );
    let contract =
        contract::of_sources(vec![crate::source::Source::new("boats.yaml", &text)]).unwrap();
    let profile = "extends = \"as-documented\"\nname = \"mine\"\n[envelope]\npayload = \"\"\nschemas = \"answer\"\n";
    let profile = profile::parse("mine", profile).unwrap();
    let prover = Prover::new(&Arc::new(contract), &Arc::new(profile)).unwrap();
    let is_of_status = |id: &str| id.contains("status-2");
    let proof = prover.prove(is_of_status, &|_, _| {});
    assert_good(&proof);
    let faults = proof.faults.iter().map(|fault| fault.id.as_str());
    let faults: Vec<&str> = faults.collect();
    let codes = ["206", "226", "200", "201"].map(|code| format!("status-{code}"));
    assert!(
        codes
            .iter()
            .all(|code| faults.iter().any(|id| id.ends_with(code))),
        "{faults:?}"
    );
    assert!(
        !faults
            .iter()
            .any(|id| id.ends_with("203") || id.ends_with("204")),
        "{faults:?}"
    );
    let lawful = proof.variations.iter().map(|one| one.id.as_str());
    assert!(lawful.clone().count() == 1 && lawful.clone().all(|id| id.ends_with("status-203")));
}
