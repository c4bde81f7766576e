//! Questions for tests: the portal without connections.

use std::sync::Arc;

use http::Request;

use crate::contract::{self, Contract};
use crate::portal::engine::Engine;
use crate::portal::reply::Reply;
use crate::portal::{Change, Deployment, Lesser};
use crate::profile;
use crate::source::Source;

/// The contract of the two built-in pages.
pub(crate) fn contract() -> Contract {
    let get = include_str!("../../pages/get-crm-contact-contactid.txt");
    let post = include_str!("../../pages/post-crm-contact-project-projectid.txt");
    contract::of_sources(vec![Source::new("get", get), Source::new("post", post)]).unwrap()
}

pub(crate) fn deployment(change: Option<Change>) -> Deployment {
    let profile = profile::load("as-documented").unwrap();
    Deployment {
        change,
        lesser: Some(Lesser {
            token: "lesser".to_owned(),
            hidden: vec![1236],
        }),
        ..Deployment::new(Arc::new(contract()), Arc::new(profile), "token")
    }
}

pub(crate) fn engine(change: Option<Change>) -> Engine {
    Engine::new(deployment(change))
}

/// One question.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) method: String,
    pub(crate) path: String,
    token: Option<String>,
    accept: String,
    body: String,
    headers: Vec<(&'static str, String)>,
}

impl Probe {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            token: Some("token".to_owned()),
            accept: "*/*".to_owned(),
            body: String::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn body(self, body: &str) -> Self {
        Self {
            body: body.to_owned(),
            ..self
        }
    }

    pub(crate) fn headers(self, headers: Vec<(&'static str, String)>) -> Self {
        Self { headers, ..self }
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
    for (name, value) in &probe.headers {
        request = request.header(*name, value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    engine.answer(&parts, probe.body.as_bytes())
}
