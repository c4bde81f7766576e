//! What leaves the process for pages of one's own, by the log of the reference portal.

use std::fs;
use std::sync::Arc;

use portal_conformance::portal::{Deployment, Logged, Portal};
use portal_conformance::source::Source;
use portal_conformance::{contract, profile};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{Ended, TOKEN, program, run};

/// The reference portal of some pages, and the pages in a folder.
struct Served {
    pages: TempDir,
    portal: Portal,
    _runtime: Runtime,
}

impl Served {
    fn of(pages: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut sources = Vec::new();
        for (at, page) in pages.iter().enumerate() {
            let name = format!("page-{at}.txt");
            fs::write(folder.path().join(&name), page).unwrap();
            sources.push(Source::new(&name, page));
        }
        let contract = Arc::new(contract::of_sources(sources).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let runtime = Runtime::new().unwrap();
        let deployment = Deployment::new(contract, profile, TOKEN);
        let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let portal = runtime.block_on(Portal::start(deployment, listen)).unwrap();
        Self {
            pages: folder,
            portal,
            _runtime: runtime,
        }
    }

    /// Tries the portal with everything but the snapshots, as none are built in for these pages.
    fn run(&self, arguments: &[&str]) -> Ended {
        let arguments = [&["--skip", "snapshot"], arguments].concat();
        let mut command = program(&["run", "--url", &self.portal.url(), "--pages"]);
        command.arg(self.pages.path()).args(arguments);
        run(command.env("PORTAL_TOKEN", TOKEN))
    }

    fn sent(&self, wanted: impl Fn(&Logged) -> bool) -> Vec<String> {
        let log = self.portal.log().into_iter();
        log.filter(|logged| wanted(logged))
            .map(|logged| format!("{} {}", logged.method, logged.path))
            .collect()
    }
}

/// A page with both examples of an answer that has one member.
fn page(heading: &str, parameters: &str) -> String {
    let table = if parameters.is_empty() {
        "This method doesn't have any parameters.\n".to_owned()
    } else {
        format!("Name Description Type Example\n{parameters}")
    };
    format!(
        "{heading} This function requires authentication\n\nParameters\n{table}\nReturns\n\nThing\n\n\
         Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {{\"Title\": \"a thing\"}}}}\n\n\
         text/xml\n\n<result><status>0</status><response><Title>a thing</Title></response></result>\n"
    )
}

#[test]
fn an_optional_query_parameter_is_sent_where_it_is_named() {
    let rows = "kind\nsent in query\nWhich ones\noptional\nstring any\n\
                depth\nsent in url\nHow deep\noptional\nnumber 1\n";
    let served = Served::of(&[&page("GET api/2.0/things", rows)]);
    assert_eq!(served.run(&[]).code, Some(0));
    assert_eq!(
        served.sent(|logged| logged.path.contains('?')),
        [] as [&str; 0]
    );
    let before = served.portal.log().len();
    assert_eq!(served.run(&["--param", "kind=big & small"]).code, Some(0));
    let after = served.sent(|_| true).split_off(before);
    assert!(!after.is_empty());
    for sent in after {
        assert_eq!(sent, "GET /api/2.0/things?kind=big%20%26%20small");
    }
}
