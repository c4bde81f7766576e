//! From settings to a run, and from a run to its reports.

use std::fs;
use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use futures::{StreamExt, stream};
use portal_conformance::amount::Rate;
use portal_conformance::case::Selection;
use portal_conformance::client::Client;
use portal_conformance::config::Effort;
use portal_conformance::contract::Contract;
use portal_conformance::portal::change::Act;
use portal_conformance::portal::change::tree::{Edit, Of, Selector, Step};
use portal_conformance::portal::{self, Change, Deployment, Portal};
use portal_conformance::profile;
use portal_conformance::report::{self, Report};
use portal_conformance::run::Run;
use portal_conformance::session::{Session, Stop};
use portal_conformance::settings::{Given, Settings, Surroundings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Bench, made};

const OPERATIONS: [usize; 3] = [2, 60, 860];
/// Writes a run down.
type Writer = fn(&Report<'_>) -> String;

const TOKEN: &str = "a-token-for-a-bench";

pub(crate) fn stages(bench: &Bench) {
    let runtime = Runtime::new().expect("there are threads");
    for &count in bench.sizes(&OPERATIONS) {
        let size = format!("{count} operations");
        let folder = folder(count);
        let of_pages = || made::contract(made::pages(count));
        bench.pair(
            "settings to a session",
            &size,
            ("reading the pages", || {
                black_box(of_pages());
            }),
            None,
            || {
                black_box(session(&folder, None, count));
            },
        );
        let Some(effort) = effort(count) else {
            continue;
        };
        let contract = Arc::new(of_pages());
        let portal = runtime.block_on(started(&contract, None));
        let tried = session(&folder, Some(&portal), count);
        bench.pair(
            &format!("a run, {effort}"),
            &size,
            ("sending its requests", || runtime.block_on(sent(&tried))),
            Some(1.5),
            || {
                black_box(runtime.block_on(run(&tried)));
            },
        );
        let drifted = runtime.block_on(started(&contract, Some(without_a_member())));
        let run = runtime.block_on(run(&session(&folder, Some(&drifted), count)));
        reports(bench, &size, &run);
    }
}

/// Of a run of so many operations how much is asked; more is nothing for a bench.
fn effort(count: usize) -> Option<&'static str> {
    match count {
        ..60 => Some("thorough"),
        60..860 => Some("quick"),
        _ => None,
    }
}

fn reports(bench: &Bench, size: &str, run: &Run) {
    let report = Report::of(run);
    let json = report::json(&report);
    let body: Value = serde_json::from_str(&json).expect("a report is JSON");
    let floor = || {
        black_box(serde_json::to_string_pretty(&body).expect("it is JSON"));
    };
    let writers: [(&str, Writer); 6] = [
        ("report: text", report::text),
        ("report: JSON", report::json),
        ("report: JUnit", report::junit),
        ("report: SARIF", |report| {
            report::sarif(report, &report::Checkout::default())
        }),
        ("report: HTML", report::html),
        ("report: Markdown", report::markdown),
    ];
    bench.pair(
        "findings",
        size,
        ("writing the report's JSON", floor),
        None,
        || {
            black_box(report::findings(run));
        },
    );
    for (stage, write) in writers {
        bench.pair(
            stage,
            size,
            ("writing the report's JSON", floor),
            None,
            || {
                black_box(write(&report));
            },
        );
    }
}

/// A folder of so many pages.
fn folder(count: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room");
    for (at, source) in made::pages(count).iter().enumerate() {
        let file = folder.path().join(format!("{at}.txt"));
        fs::write(file, source.text.as_bytes()).expect("there is room");
    }
    folder
}

/// A portal of these operations.
async fn started(contract: &Arc<Contract>, change: Option<Change>) -> Portal {
    let profile = Arc::new(profile::load("as-documented").expect("it is built in"));
    let mut deployment = Deployment::new(Arc::clone(contract), profile, TOKEN);
    deployment.change = change;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Portal::start(deployment, listen)
        .await
        .expect("a port is free")
}

/// One member is nowhere.
fn without_a_member() -> Change {
    let place = Selector {
        of: Of::Resource,
        steps: vec![Step::Member("TaskCount".to_owned())],
    };
    Change::of(vec![Act::Tree(place, Edit::Drop)])
}

/// A session with a portal, or with the one in this process.
fn session(folder: &TempDir, portal: Option<&Portal>, count: usize) -> Session {
    let given = Given {
        pages: vec![folder.path().to_owned()],
        url: portal.map(Portal::url),
        rate: portal.map(|_| Rate::UNLIMITED),
        effort: (count >= OPERATIONS[1]).then_some(Effort::Quick),
        parameters: portal.map_or_else(Vec::new, |_| parameters()),
        ..Given::default()
    };
    let around = Surroundings {
        variable: &|name| (portal.is_some() && name == "PORTAL_TOKEN").then(|| TOKEN.into()),
        ..Surroundings::of_process()
    };
    let settings = Settings::of(&given, around, None).expect("they are settings");
    Session::prepare(&settings).expect("they fit")
}

/// The ids that a portal has that is made of the built-in pages.
fn parameters() -> Vec<String> {
    let profile = profile::load("as-documented").expect("it is built in");
    let parameters = portal::parameters(&made::contract(made::pages(2)), &profile).into_iter();
    let parameters = parameters.map(|(name, values)| format!("{name}={}", values.join(",")));
    parameters.collect()
}

async fn run(session: &Session) -> Run {
    let run = session
        .run(&Selection::default(), |_| {}, Stop::never())
        .await;
    run.expect("a portal is asked")
}

/// Sends the requests of a run with its client, and reads the answers.
async fn sent(session: &Session) {
    let client = Client::new(Arc::new(session.target().clone())).expect("a client is made");
    let plan = session.plan();
    let questions = stream::iter(plan.schedule.all()).map(|at| {
        let question = &plan.questions[at];
        client.ask(question.request.clone(), question.repeat)
    });
    let jobs = session.target().limits.jobs;
    questions
        .buffer_unordered(jobs)
        .for_each(async |exchange| drop(black_box(exchange)))
        .await;
}
