//! Questions for tests: the portal without connections.

use std::sync::Arc;

use axum::body::Bytes;
use http::Request;

use crate::contract::{self, Contract};
use crate::portal::change::{Frame, Scope};
use crate::portal::engine::Engine;
use crate::portal::reply::Reply;
use crate::portal::{Change, Settings};
use crate::profile;
use crate::source::Source;

/// The contract of the two built-in pages.
pub(crate) fn contract() -> Contract {
    let get = include_str!("../../pages/get-crm-contact-contactid.txt");
    let post = include_str!("../../pages/post-crm-contact-project-projectid.txt");
    contract::of_sources(vec![Source::new("get", get), Source::new("post", post)]).unwrap()
}

pub(crate) fn settings(change: Option<Change>) -> Settings {
    let profile = profile::load("as-documented").unwrap();
    Settings {
        change,
        ..Settings::new(Arc::new(contract()), Arc::new(profile), "token")
    }
}

pub(crate) fn engine(change: Option<Change>) -> Engine {
    Engine::new(settings(change))
}

/// One question.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    method: String,
    path: String,
    token: Option<String>,
    accept: String,
    body: String,
}

impl Probe {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            token: Some("token".to_owned()),
            accept: "*/*".to_owned(),
            body: String::new(),
        }
    }

    fn is_in(&self, scope: &Scope) -> bool {
        let method = self.method.to_lowercase();
        let operation = scope.operation.as_ref();
        let format = scope.format;
        operation.is_none_or(|operation| operation.as_str().starts_with(&method))
            && format.is_none_or(|format| self.path.ends_with(format.as_str()))
    }

    pub(crate) fn body(self, body: &str) -> Self {
        Self {
            body: body.to_owned(),
            ..self
        }
    }

    pub(crate) fn token(self, token: Option<&str>) -> Self {
        Self {
            token: token.map(str::to_owned),
            ..self
        }
    }
}

pub(crate) fn get(id: i64, format: &str) -> Probe {
    Probe::new("GET", &format!("/api/2.0/crm/contact/{id}.{format}"))
}

pub(crate) fn link(ids: &[i64], format: &str) -> Probe {
    let path = format!("/api/2.0/crm/contact/project/1234.{format}");
    Probe::new("POST", &path).body(&serde_json::json!({ "contactid": ids }).to_string())
}

pub(crate) fn ask(engine: &Engine, probe: &Probe) -> Reply {
    let mut request = Request::builder()
        .method(probe.method.as_str())
        .uri(&probe.path)
        .header("Accept", &probe.accept);
    if let Some(token) = &probe.token {
        request = request.header("Authorization", token);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    engine.answer(&parts, &Bytes::from(probe.body.clone()))
}

/// Questions about everything that the portal answers, successes and refusals, some of them more than
/// once.
pub(crate) fn probes() -> Vec<Probe> {
    let mut probes = Vec::new();
    for format in ["json", "xml"] {
        for id in [1234, 1235, 1234, 1236, 1237, 1234] {
            probes.push(get(id, format));
        }
        for ids in [&[1234][..], &[1234, 1235], &[1234], &[1234, 1235], &[1234]] {
            probes.push(link(ids, format));
        }
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
            ] {
                probes.push(plain.clone().token(token));
            }
        }
        for id in ["9999", "abc", "0", "-5", "99999999999"] {
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
pub(crate) type Seen = (u16, Vec<(String, String)>, Vec<u8>, Option<Frame>);

pub(crate) fn seen(engine: &Engine, probe: &Probe) -> Seen {
    let reply = ask(engine, probe);
    (reply.status, reply.headers, reply.body, reply.frame)
}

/// The ids of those changes that alter no answer to the probes in their scope.
pub(crate) fn without_effect(changes: &[(String, Change)], settings: &Settings) -> Vec<String> {
    let plain = Engine::new(settings.clone());
    let expected: Vec<(Probe, Seen)> = probes()
        .into_iter()
        .map(|probe| (probe.clone(), seen(&plain, &probe)))
        .collect();
    let is_idle = |change: &Change| {
        let engine = Engine::new(Settings {
            change: Some(change.clone()),
            ..settings.clone()
        });
        let in_scope = expected
            .iter()
            .filter(|(probe, _)| probe.is_in(&change.scope));
        in_scope
            .into_iter()
            .all(|(probe, expected)| seen(&engine, probe) == *expected)
    };
    let idle = changes.iter().filter(|(_, change)| is_idle(change));
    idle.map(|(id, _)| id.clone()).collect()
}
