//! What tests of the catalogues need: questions about everything, and one over a connection.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::client::{Client, Guise, Repeat, Request, Token};
use crate::contract::Format;
use crate::portal::change::{Act, Frame, Policy, Scope, Turns};
use crate::portal::engine::Engine;
use crate::portal::tests_support::{Probe, ask, deployment, get, link};
use crate::portal::{Change, Deployment, Portal};
use crate::secret::Secret;
use crate::target::Target;

/// Questions about everything that the portal answers, successes and refusals, some of them more than
/// once.
pub(crate) fn probes() -> Vec<Probe> {
    let mut probes = Vec::new();
    for format in ["json", "xml"] {
        for id in [1234, 1235, 1234, 1236, 1237, 1234] {
            probes.push(get(id, format));
        }
        // What nobody may write is read back, and what was written below.
        probes.push(link(&[1236], format).token(None));
        probes.push(read_back(format));
        probes.push(get(1236, format).token(Some("lesser")));
        probes.push(link(&[1236], format).token(Some("lesser")));
        for ids in [&[1234][..], &[1234, 1235], &[1234], &[1234, 1235], &[1234]] {
            probes.push(link(ids, format));
        }
        // Three times, as what others write shows the third time.
        probes.extend([read_back(format), read_back(format), read_back(format)]);
        for plain in [get(1234, format), link(&[1234], format)] {
            for token in [
                None,
                Some(""),
                Some("other"),
                Some("not a token"),
                Some("Bearer other"),
                Some("tok"),
                Some("tokens"),
                Some("TOKEN"),
                Some("toke"),
                Some("qoken"),
                Some("tokeq"),
                Some("nekot"),
                Some("toqen"),
                Some("null"),
            ] {
                probes.push(plain.clone().token(token));
            }
            for guise in [
                Guise::Browser,
                Guise::Script,
                Guise::Inside("127.0.0.1"),
                Guise::Inside("10.0.0.1"),
                Guise::Inside("172.16.0.1"),
                Guise::Inside("192.168.0.1"),
                Guise::Rewritten,
                Guise::Overridden,
            ] {
                let headers = guise.headers(&plain.path);
                probes.push(plain.clone().token(None).headers(headers));
            }
            let elsewhere = vec![("X-Auth-Token", "token".to_owned())];
            probes.push(plain.clone().token(None).headers(elsewhere));
            for path in [
                format!("{}?access_token=token", plain.path),
                plain
                    .path
                    .to_uppercase()
                    .replace("JSON", "json")
                    .replace("XML", "xml"),
                plain.path.replace("/1234", "/%31234"),
            ] {
                let mut other = plain.clone().token(None);
                other.path = path;
                probes.push(other);
            }
            probes.push(match plain.method.as_str() {
                "GET" => get(1235, format).token(None),
                _ => link(&[1234, 1235], format).token(None),
            });
            probes.push(match plain.method.as_str() {
                "GET" => get(1235, format).token(Some("other")),
                _ => link(&[1234, 1235], format).token(Some("other")),
            });
            if plain.method == "POST" {
                probes.push(link(&[77], format).token(None));
            }
            let mut stranger = plain.clone().token(None);
            stranger.path = plain.path.replace("1234", "9999");
            probes.push(stranger);
        }
        for id in ["9999", "abc", "0", "-5", "99999999999", "1234.0"] {
            let contact = format!("/api/2.0/crm/contact/{id}.{format}");
            probes.push(Probe::new("GET", &contact));
            let project = format!("/api/2.0/crm/contact/project/{id}.{format}");
            let body = "{\"contactid\": [1234]}";
            probes.push(Probe::new("POST", &project).body(body));
        }
        for body in [
            "",
            "{}",
            "{",
            "{\"contactid\": \"a\"}",
            "{\"contactid\": [77]}",
        ] {
            let project = format!("/api/2.0/crm/contact/project/1234.{format}");
            probes.push(Probe::new("POST", &project).body(body));
        }
    }
    probes
}

/// Everything of an answer that a client can see.
pub(crate) type Seen = (
    u16,
    Vec<(String, String)>,
    Vec<u8>,
    Option<Frame>,
    Option<String>,
);

pub(crate) fn seen(engine: &Engine, probe: &Probe) -> Seen {
    let reply = ask(engine, probe);
    (
        reply.status,
        reply.headers,
        reply.body,
        reply.frame,
        reply.reason,
    )
}

/// The ids of those changes that alter no answer to the probes in their scope.
pub(crate) fn without_effect(changes: &[(String, Change)], deployment: &Deployment) -> Vec<String> {
    let plain = Engine::new(deployment.clone());
    let expected: Vec<(Probe, Seen)> = probes()
        .into_iter()
        .map(|probe| (probe.clone(), seen(&plain, &probe)))
        .collect();
    let is_idle = |change: &Change| {
        let engine = Engine::new(Deployment {
            change: Some(change.clone()),
            ..deployment.clone()
        });
        if change.scope.turns == Turns::OnceWritten {
            seen(&engine, &link(&[1234, 1235], "json"));
        }
        if let (Turns::AfterOfPortal(count), Some((probe, _))) =
            (change.scope.turns, expected.first())
        {
            for _ in 0..count {
                seen(&engine, probe);
            }
        }
        // Some wait for a write, which may be out of their scope.
        let waits = |act: &Act| matches!(act, Act::Policy(Policy::OpenAfterWrite));
        if change.acts.iter().any(waits) {
            seen(&engine, &link(&[1234], "json"));
        }
        let is_of_effect =
            |act: &Act| matches!(act, Act::Policy(Policy::Keep(_) | Policy::ReadBack(_)));
        let reads_back = change.acts.iter().any(is_of_effect);
        let in_scope = expected.iter().filter(|(probe, _)| {
            if is_read_back(probe) {
                reads_back && asks_for_any(probe, &change.scope)
            } else {
                is_in(probe, &change.scope)
            }
        });
        in_scope.into_iter().all(|(probe, expected)| {
            // As if another answer were under way.
            let _others = [engine.begin(), engine.begin()];
            seen(&engine, probe) == *expected
        })
    };
    let idle = changes.iter().filter(|(_, change)| is_idle(change));
    idle.map(|(id, _)| id.clone()).collect()
}

fn asks_for(path: &str, format: Format) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    path.ends_with(format.as_str())
}

/// The read of what links write.
fn read_back(format: &str) -> Probe {
    Probe::new(
        "GET",
        &format!("/api/2.0/crm/contact/project/1234.{format}"),
    )
}

fn is_read_back(probe: &Probe) -> bool {
    probe.method == "GET" && probe.path.contains("/project/")
}

fn asks_for_any(probe: &Probe, scope: &Scope) -> bool {
    scope
        .format
        .is_none_or(|format| asks_for(&probe.path, format))
}

fn is_in(probe: &Probe, scope: &Scope) -> bool {
    let method = probe.method.to_lowercase();
    let operation = scope.operation.as_ref();
    operation.is_none_or(|operation| operation.as_str().starts_with(&method))
        && scope
            .format
            .is_none_or(|format| asks_for(&probe.path, format))
}

/// The body that a client gets over a connection, or what it says went wrong.
pub(crate) async fn fetch(change: Option<Change>) -> Result<String, String> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let portal = Portal::start(deployment(change), listen).await.unwrap();
    let mut target = Target::new(url::Url::parse(&portal.url()).unwrap());
    target.credentials.token = Some(Secret::new("token"));
    target.limits.request_timeout = Duration::from_millis(800);
    let client = Client::new(Arc::new(target)).unwrap();
    let request = Request {
        method: "GET".to_owned(),
        path: "api/2.0/crm/contact/1234".to_owned(),
        accept: "application/json".to_owned(),
        token: Token::Valid,
        guise: Guise::Plain,
        headers: crate::client::Headers::default(),
        body: None,
    };
    // The second answer comes over the same connection, where it may.
    let first = client.ask(request.clone(), Repeat::Allowed).await.outcome;
    let second = client.ask(request, Repeat::Allowed).await.outcome;
    let response = first.and(second).map_err(|failure| failure.message)?;
    Ok(String::from_utf8_lossy(&response.body).into_owned())
}
