//! The reference portal: an HTTP server in this process that keeps the contract, or breaks it on
//! purpose.
//!
//! In come a contract, a profile and at most one [`Change`]; out comes a server on a port of its own
//! and a [`Logged`] line for every request. A request is routed (`route`), judged (`credential`, `request`, `payload`), answered
//! from the contacts held (`engine`, `store`), written as JSON or XML (`xml`) and sent (`server`). A
//! [`Change`] says at which of these stages what is altered. Which changes break the contract, and who
//! must notice, is left to the proof: nothing here knows of a check.

mod credential;
pub(crate) mod engine;
pub(crate) mod envelope;
mod objection;
mod payload;
mod refusal;
mod reply;
mod request;
pub(crate) mod route;
mod serialized;
mod server;
pub(crate) mod store;
#[cfg(test)]
pub(crate) mod tests_support;
mod values;
mod xml;

pub mod change;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::contract::{Contract, Format, OperationId};
use crate::profile::Profile;

pub use change::Change;
pub use credential::Account;
use engine::Engine;
pub use objection::Objection;

/// What a portal is started with: what it offers, and how it speaks.
#[derive(Clone)]
pub struct Deployment {
    /// The operations that the portal offers, with the examples its contacts are made of.
    pub contract: Arc<Contract>,
    /// How the portal speaks.
    pub profile: Arc<Profile>,
    /// The token that the portal takes, raw or after `Bearer `.
    pub token: String,
    /// The user who may log in, where the profile has logins.
    pub account: Account,
    /// A second account, where there is one.
    pub lesser: Option<Lesser>,
    /// What is altered; `None` keeps the contract.
    pub change: Option<Change>,
    /// The longest pause before an answer; each pauses between nothing and this.
    pub max_delay: Duration,
    /// What stands before `/api/2.0` in every path, such as `/office`; usually empty.
    pub prefix: String,
}

/// A second account, to which some resources are unknown.
#[derive(Clone)]
pub struct Lesser {
    /// Its token.
    pub token: String,
    /// The ids of those resources.
    pub hidden: Vec<i64>,
}

/// A portal without a server, for those who need only its answers.
#[derive(Debug)]
pub struct Unserved(Engine);

/// A running portal; it stops when it is dropped.
#[derive(Debug)]
pub struct Portal {
    address: SocketAddr,
    engine: Arc<Engine>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

/// One request that a portal has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The method, as sent.
    pub method: String,
    /// The path with the query, as sent.
    pub path: String,
    /// The status code answered.
    pub status: u16,
    /// Whether the portal holds something else after it than before.
    pub changed: bool,
}

impl fmt::Debug for Deployment {
    /// Leaves the token out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deployment")
            .field("profile", &self.profile.name)
            .field("change", &self.change)
            .field("max_delay", &self.max_delay)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl Deployment {
    /// The deployment of a portal that keeps the contract, without delay or prefix.
    #[must_use]
    pub fn new(contract: Arc<Contract>, profile: Arc<Profile>, token: &str) -> Self {
        Self {
            contract,
            profile,
            token: token.to_owned(),
            account: Account::default(),
            lesser: None,
            change: None,
            max_delay: Duration::ZERO,
            prefix: String::new(),
        }
    }
}

impl Unserved {
    /// A portal that nobody can connect to.
    #[must_use]
    pub fn new(deployment: Deployment) -> Self {
        Self(Engine::new(deployment))
    }

    /// The status code and the body that a request is answered with.
    #[must_use]
    pub fn answer(&self, request: http::Request<Vec<u8>>) -> (u16, Vec<u8>) {
        let (parts, body) = request.into_parts();
        let reply = self.0.answer(&parts, &body);
        (reply.status, reply.body)
    }
}

impl Portal {
    /// Binds an address and serves it on the current runtime; port 0 takes any free port.
    ///
    /// # Errors
    ///
    /// The address cannot be bound.
    pub async fn start(deployment: Deployment, listen: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let engine = Arc::new(Engine::new(deployment));
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(server::serve(listener, Arc::clone(&engine), stopped));
        Ok(Self {
            address,
            engine,
            stop,
            server,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as a URL, with the prefix and without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.engine.prefix())
    }

    /// Every request answered so far, in the order of the answers.
    #[must_use]
    pub fn log(&self) -> Vec<Logged> {
        self.engine.log()
    }

    /// The operations and formats of which the change has altered an answer so far.
    #[must_use]
    pub fn shown(&self) -> BTreeSet<(OperationId, Format)> {
        self.engine.shown().clone()
    }

    /// Waits until the server ends, which it does by itself where its task failed.
    pub async fn ended(mut self) {
        let _ = (&mut self.server).await;
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// What the portal holds, as values for the parameters of a run: of each that names resources two of them,
/// where all pages that have a parameter of this name ask for the same one.
#[must_use]
pub fn parameters(contract: &Contract, profile: &Profile) -> Vec<(String, Vec<String>)> {
    let mut held: BTreeMap<&str, Option<Vec<String>>> = BTreeMap::new();
    for operation in &contract.operations {
        if let Some((parameter, ids)) = store::ids(operation, profile) {
            let ids: Vec<String> = ids.iter().take(2).map(ToString::to_string).collect();
            let known = held
                .entry(&parameter.name)
                .or_insert_with(|| Some(ids.clone()));
            *known = known.take().filter(|known| *known == ids);
        }
    }
    let asked = contract.operations.iter().flat_map(|one| &one.parameters);
    let is_asked_for_alike = |(name, ids): &(&str, Vec<String>)| {
        asked.clone().filter(|one| one.name == *name).all(|one| {
            let example = one.examples().into_iter().next().unwrap_or_default();
            example.is_empty() || example == ids[0]
        })
    };
    let held = held
        .into_iter()
        .filter_map(|(name, ids)| Some((name, ids?)));
    let held = held.filter(is_asked_for_alike);
    held.map(|(name, ids)| (name.to_owned(), ids)).collect()
}

/// The value of a parameter of which no page says any: the portal takes all, and names its first resource so.
#[must_use]
pub fn stand_in() -> String {
    store::STAND_IN.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tests_support::{ask, engine, get, link};

    #[test]
    fn the_documented_contact_is_answered_as_documented() {
        let engine = engine(None);
        let contract = tests_support::contract();
        let operation = &contract.operations[0];
        let documented = |format| {
            let example = operation.response(format).unwrap();
            operation.source.slice(example.body).to_owned()
        };
        let json = ask(&engine, &get(1234, "json"));
        let value: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
        let expected: serde_json::Value =
            serde_json::from_str(&documented(crate::contract::Format::Json)).unwrap();
        assert_eq!(value, expected);
        let xml = String::from_utf8(ask(&engine, &get(1234, "xml")).body).unwrap();
        let expected: String = documented(crate::contract::Format::Xml)
            .lines()
            .map(str::trim)
            .collect();
        assert_eq!(xml, expected);
    }

    #[test]
    fn other_contacts_have_their_own_id_and_other_values() {
        let engine = engine(None);
        let body = |id| ask(&engine, &get(id, "json")).body;
        let other: serde_json::Value = serde_json::from_slice(&body(1235)).unwrap();
        assert_eq!(other["response"]["id"], 1235);
        assert_eq!(other["response"]["Addresses"].as_array().unwrap().len(), 2);
        assert_ne!(body(1235), body(1236));
    }

    #[test]
    fn a_link_answers_the_asked_contacts_each_once_and_is_kept() {
        let engine = engine(None);
        let reply = ask(&engine, &link(&[1235, 1234, 1235], "json"));
        assert_eq!((reply.status, reply.changed), (200, true));
        let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        let ids: Vec<_> = value["response"].as_array().unwrap().iter().collect();
        assert_eq!((ids.len(), &ids[0]["id"]), (2, &1235.into()));
        assert!(!ask(&engine, &link(&[1234], "json")).changed);
        assert_eq!(engine.log().len(), 2);
    }

    #[test]
    fn what_cannot_be_answered_is_refused_by_name() {
        use tests_support::Probe;
        let engine = engine(None);
        let contact = "/api/2.0/crm/contact";
        let project = "/api/2.0/crm/contact/project/1234";
        let status = |probe: Probe| ask(&engine, &probe).status;
        for (path, expected) in [
            ("9999", 404),
            ("abc", 400),
            ("0", 400),
            ("-5", 400),
            ("99999999999", 400),
            ("1234/more", 404),
        ] {
            let probe = Probe::new("GET", &format!("{contact}/{path}"));
            assert_eq!(status(probe), expected, "{path}");
        }
        for (body, expected) in [
            ("", 400),
            ("{}", 400),
            ("{\"contactid\": [", 400),
            ("{\"contactid\": [\"a\"]}", 400),
            ("{\"contactid\": [1.5]}", 400),
            ("{\"contactid\": []}", 400),
            ("[1234]", 400),
            ("{\"contactid\": [1234, 77]}", 404),
            ("{\"contactid\": 1234}", 200),
        ] {
            let probe = Probe::new("POST", project).body(body);
            assert_eq!(status(probe), expected, "{body}");
        }
        for (token, expected) in [
            (None, 401),
            (Some(""), 401),
            (Some("Bearer"), 401),
            (Some("other"), 401),
            (Some("!!"), 401),
            (Some("token"), 200),
            (Some("Bearer token"), 200),
        ] {
            let probe = Probe::new("GET", &format!("{contact}/1234")).token(token);
            assert_eq!(status(probe), expected, "{token:?}");
        }
        assert_eq!(status(Probe::new("PUT", &format!("{contact}/1234"))), 405);
        assert_eq!(status(Probe::new("PUT", project)), 405);
        // No page documents the read of what is linked; the profile says that there is one.
        assert_eq!(status(Probe::new("GET", project)), 200);
        assert_eq!(status(Probe::new("GET", project).token(None)), 401);
    }

    #[tokio::test]
    async fn it_answers_over_a_connection_and_stops_when_dropped() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let portal = Portal::start(tests_support::deployment(None), listen)
            .await
            .unwrap();
        let mut stream = tokio::net::TcpStream::connect(portal.address())
            .await
            .unwrap();
        let request =
            "GET /api/2.0/crm/contact/1234 HTTP/1.1\r\nHost: x\r\nAuthorization: token\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut start = [0; 15];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        assert_eq!(portal.log()[0].status, 200);
        drop(portal);
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
    }

    #[tokio::test]
    async fn an_answer_that_is_under_way_when_the_portal_stops_is_whole() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let slow = change::Frame::Drip(200, Duration::from_millis(10));
        let change = Change::of(vec![change::Act::Frame(slow)]);
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let deployment = tests_support::deployment(Some(change));
        let portal = Portal::start(deployment, listen).await.unwrap();
        let mut stream = tokio::net::TcpStream::connect(portal.address())
            .await
            .unwrap();
        let request =
            "GET /api/2.0/crm/contact/1234 HTTP/1.1\r\nHost: x\r\nAuthorization: token\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0];
        stream.read_exact(&mut answer).await.unwrap();
        drop(portal);
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.ends_with(b"}"), "{}", answer.len());
    }
}
